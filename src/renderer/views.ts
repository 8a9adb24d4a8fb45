import type { Component } from 'svelte';
import AudioLines from '@lucide/svelte/icons/audio-lines';
import AudioWaveform from '@lucide/svelte/icons/audio-waveform';
import EditorView from './features/editor/EditorView.svelte';
import LibraryBig from '@lucide/svelte/icons/library-big';
import LibraryView from './features/library/LibraryView.svelte';
import MapIcon from '@lucide/svelte/icons/map';
import MapView from './features/map/MapView.svelte';
import Package from '@lucide/svelte/icons/package';
import Settings2 from '@lucide/svelte/icons/settings-2';
import PacksView from './features/packs/PacksView.svelte';
import SettingsView from './features/settings/SettingsView.svelte';
import StudioView from './features/StudioView.svelte';

/** The places of the window, in the order of the rail; Mod+1 is the first. */
export const views = [
  { id: 'studio', label: 'Studio', icon: AudioLines, component: StudioView },
  { id: 'library', label: 'Library', icon: LibraryBig, component: LibraryView },
  { id: 'map', label: 'Map', icon: MapIcon, component: MapView },
  { id: 'editor', label: 'Editor', icon: AudioWaveform, component: EditorView },
  { id: 'packs', label: 'Packs', icon: Package, component: PacksView },
  { id: 'settings', label: 'Settings', icon: Settings2, component: SettingsView },
] as const satisfies readonly {
  readonly id: string;
  readonly label: string;
  readonly icon: Component<{ size?: number | string }>;
  readonly component: Component;
}[];
