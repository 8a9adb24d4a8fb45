import type { Component } from 'svelte';
import AudioLines from '@lucide/svelte/icons/audio-lines';
import StudioView from './features/StudioView.svelte';

/** The places of the window, in the order of the rail; Mod+1 is the first. */
export const views = [
  { id: 'studio', label: 'Studio', icon: AudioLines, component: StudioView },
] as const satisfies readonly {
  readonly id: string;
  readonly label: string;
  readonly icon: Component<{ size?: number | string }>;
  readonly component: Component;
}[];
