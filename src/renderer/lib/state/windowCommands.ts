import { views } from '../../views.ts';
import { call } from '../bridge.ts';
import type { Command } from './commands.svelte.ts';
import { playableOf } from './selection.svelte.ts';
import type { StudioState } from './studio.svelte.ts';

/** What can be done anywhere in the window. */
export function windowCommands(studio: StudioState): Command[] {
  const { actions, jobs, neighbours, notices, player, prompt, selection, settings, takes } = studio;
  const take = () =>
    selection.now?.kind === 'take' ? (takes.byId(selection.now.take.id) ?? selection.now.take) : null;
  const sound = () => (selection.now?.kind === 'sound' ? selection.now.sound : null);
  const chosen = () => (takes.selected.size > 0 ? [...takes.selected] : take() ? [take()?.id ?? 0] : []);
  const refs = () => {
    const several = [...takes.selected].map((id) => `take/${id}` as const);
    return several.length > 0 ? several : selection.ref ? [selection.ref] : [];
  };
  const selected = () => selection.now !== null;
  const isTake = () => take() !== null;
  const isSound = () => sound() !== null;
  const zoom = (factor: number) =>
    settings.change({ zoom: Math.min(3, Math.max(0.5, Number(factor.toFixed(2)))) });
  const withTake = (act: (now: NonNullable<ReturnType<typeof take>>) => unknown) => () => {
    const now = take();
    return now ? act(now) : undefined;
  };

  return [
    {
      id: 'palette',
      label: 'Find a command',
      group: 'View',
      keys: ['Mod+K'],
      typing: true,
      run: () => (studio.palette = true),
    },

    {
      id: 'generate',
      label: 'Generate',
      group: 'Generate',
      keys: ['Mod+Enter'],
      typing: true,
      run: () => actions.generate(),
    },
    {
      id: 'generate.cancel',
      label: 'Cancel what is being generated',
      group: 'Generate',
      when: () => jobs.running !== undefined,
      run: () => notices.attempt(async () => jobs.running && jobs.cancel(jobs.running.id)),
    },
    {
      id: 'generate.lock',
      label: 'Keep the seed',
      group: 'Generate',
      run: () => (prompt.seedLocked = !prompt.seedLocked),
    },

    { id: 'player.toggle', label: 'Play or stop', group: 'Sound', keys: ['Space'], run: () => toggle() },
    {
      id: 'player.back',
      label: 'Play backwards',
      group: 'Sound',
      keys: ['J'],
      run: () => player.shuttle(-1),
    },
    { id: 'player.halt', label: 'Stop', group: 'Sound', keys: ['K'], run: () => player.shuttle(0) },
    {
      id: 'player.forward',
      label: 'Play forwards, faster each time',
      group: 'Sound',
      keys: ['L'],
      run: () => player.shuttle(1),
    },
    {
      id: 'player.loop',
      label: 'Loop',
      group: 'Sound',
      keys: ['Shift+L'],
      run: () => player.setLoop(!player.loop),
    },
    {
      id: 'edit.open',
      label: 'Edit the take or sound',
      group: 'Sound',
      keys: ['E'],
      when: selected,
      run: () => actions.openEditor(selection.ref),
    },
    {
      id: 'player.start',
      label: 'Go to the beginning',
      group: 'Sound',
      keys: ['Home'],
      run: () => player.seek(0),
    },
    {
      id: 'player.side',
      label: 'Switch between A and B',
      group: 'Sound',
      keys: ['X'],
      when: () => player.other !== null,
      run: () => player.switchSide(),
    },
    {
      id: 'player.compare',
      label: 'Compare with the take it came from',
      group: 'Sound',
      keys: ['A'],
      when: () => (take()?.parent ?? null) !== null,
      run: withTake(async (now) => {
        const parent = await notices.attempt(() => call('takes.show', { id: now.parent?.takeId ?? 0 }));
        if (!parent) return;
        player.cue(playableOf({ kind: 'take', take: now }));
        player.compare(playableOf({ kind: 'take', take: parent }));
        await player.play();
      }),
    },

    {
      id: 'take.vary',
      label: 'Vary the take',
      group: 'Take',
      keys: ['V'],
      when: isTake,
      run: withTake((now) => actions.vary(now)),
    },
    {
      id: 'take.again',
      label: 'Make the take again',
      group: 'Take',
      keys: ['R'],
      when: isTake,
      run: withTake((now) => actions.again(now)),
    },
    {
      id: 'take.branch',
      label: 'Branch: its recipe into the prompt bar',
      group: 'Take',
      keys: ['Shift+B'],
      when: isTake,
      run: withTake((now) => actions.branch(now)),
    },
    {
      id: 'take.compare',
      label: 'A/B with and without the library',
      group: 'Take',
      when: isTake,
      run: withTake((now) => actions.compare(now)),
    },
    {
      id: 'star',
      label: 'Star the take, or mark the sound as a favourite',
      group: 'Take',
      keys: ['S'],
      when: selected,
      run: () => {
        const [now, heard] = [take(), sound()];
        if (now) return takes.star(now);
        return heard && actions.edit([heard.id], { favourite: !heard.favourite }, 'mark as a favourite');
      },
    },
    {
      id: 'take.delete',
      label: 'Delete the take',
      group: 'Take',
      keys: ['Delete', 'Backspace'],
      when: () => chosen().length > 0,
      run: () => takes.delete(chosen()),
    },

    {
      id: 'take.set',
      label: 'Round robin: variations as a set',
      group: 'Take',
      keys: ['Mod+E'],
      typing: true,
      when: () => studio.ready && (selected() || prompt.text.trim() !== ''),
      run: () => {
        const [now, heard] = [take(), sound()];
        if (now?.set) studio.roundRobin = { of: 'set', set: now.set };
        else if (now) studio.roundRobin = { of: 'take', take: now };
        else if (heard) studio.roundRobin = { of: 'sound', sound: heard };
        else studio.roundRobin = { of: 'prompt' };
      },
    },
    {
      id: 'prompt.set',
      label: 'Round robin of the prompt',
      group: 'Generate',
      when: () => studio.ready && prompt.text.trim() !== '',
      run: () => (studio.roundRobin = { of: 'prompt' }),
    },
    {
      id: 'batch',
      label: 'Batch: a table of prompts',
      group: 'Generate',
      run: () => (studio.batch.open = true),
    },
    {
      id: 'recipe.open',
      label: 'Open a recipe or a take',
      group: 'Generate',
      keys: ['Mod+Shift+O'],
      typing: true,
      run: () => studio.recipes.choose(),
    },
    {
      id: 'recipe.save',
      label: 'Save the recipe of the take',
      group: 'Take',
      when: isTake,
      run: withTake((now) => studio.recipes.save(now)),
    },
    {
      id: 'recipe.forget',
      label: 'Forget the recipes that were opened last',
      group: 'Generate',
      when: () => settings.now.recent.length > 0,
      run: () => studio.recipes.forget(),
    },
    {
      id: 'packs.add',
      label: 'Add a pack from a folder',
      group: 'Library',
      run: async () => {
        const folder = await notices.attempt(() => call('dialog.folder', { title: 'Folder of a pack' }));
        if (folder) await studio.packs.add(folder);
      },
    },
    {
      id: 'settings.reveal',
      label: 'Show the data folder',
      group: 'View',
      run: () => notices.attempt(() => call('app.revealData')),
    },
    { id: 'keys', label: 'Keys', group: 'View', keys: ['?'], run: () => (studio.dialog = 'keys') },
    { id: 'about', label: 'About Refoley', group: 'View', run: () => (studio.dialog = 'about') },

    {
      id: 'neighbours.pin',
      label: 'Use the sound as a neighbour',
      group: 'Neighbours',
      keys: ['P'],
      when: isSound,
      run: () => neighbours.togglePin(sound()?.id ?? 0),
    },
    {
      id: 'neighbours.ban',
      label: 'Ban the sound as a neighbour',
      group: 'Neighbours',
      keys: ['B'],
      when: isSound,
      run: () => {
        const now = sound();
        if (now) neighbours.ban(now);
      },
    },
    {
      id: 'neighbours.reset',
      label: 'Forget pins, bans and weights',
      group: 'Neighbours',
      run: () => Object.assign(neighbours, { pins: [], bans: [] }),
    },

    {
      id: 'library.add',
      label: 'Add a folder to the library',
      group: 'Library',
      keys: ['Mod+O'],
      typing: true,
      run: async () => {
        const folder = await notices.attempt(() =>
          call('dialog.folder', { title: 'Add a folder to the library' }),
        );
        if (folder) await studio.library.add([folder]);
      },
    },
    {
      id: 'library.like',
      label: 'Find sounds like it',
      group: 'Library',
      keys: ['M'],
      when: selected,
      run: () => {
        const { now, ref } = selection;
        if (now && ref) actions.findLike(ref, playableOf(now).name);
      },
    },

    {
      id: 'files.export',
      label: 'Export…',
      group: 'Take',
      keys: ['Mod+Shift+S'],
      when: () => refs().length > 0,
      run: () => (studio.delivery.refs = refs()),
    },
    {
      id: 'files.sheet',
      label: 'Save a page of where it came from',
      group: 'Take',
      when: selected,
      run: () => {
        const { now, ref } = selection;
        return now && ref ? studio.delivery.sheet(ref, playableOf(now).name) : undefined;
      },
    },
    {
      id: 'files.send',
      label: 'Send to the DAW’s folder',
      group: 'Take',
      keys: ['Mod+Shift+E'],
      when: selected,
      run: () => actions.send(refs()),
    },
    {
      id: 'files.copy',
      label: 'Copy as file',
      group: 'Take',
      keys: ['Mod+Shift+C'],
      when: selected,
      run: () => actions.copy(refs()),
    },
    {
      id: 'files.reveal',
      label: 'Reveal in the file manager',
      group: 'Take',
      keys: ['Mod+Shift+R'],
      when: selected,
      run: () => notices.attempt(async () => selection.ref && call('files.reveal', { ref: selection.ref })),
    },

    { id: 'edit.undo', label: 'Undo', group: 'Edit', keys: ['Mod+Z'], run: () => studio.undo.undo() },
    {
      id: 'edit.redo',
      label: 'Redo',
      group: 'Edit',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      run: () => studio.undo.redo(),
    },

    ...views.map(({ id, label }, place): Command => ({
      id: `view.${id}`,
      label,
      group: 'View',
      keys: [`Mod+${place + 1}`, ...(id === 'settings' ? ['Mod+,'] : [])],
      typing: true,
      run: () => (studio.view = id),
    })),
    {
      id: 'view.panel.library',
      label: 'Show or hide the library panel',
      group: 'View',
      run: () =>
        settings.change({
          layout: { ...settings.now.layout, libraryOpen: !settings.now.layout.libraryOpen },
        }),
    },
    {
      id: 'view.panel.inspector',
      label: 'Show or hide the inspector',
      group: 'View',
      keys: ['I'],
      run: () => {
        const { layout } = settings.now;
        if (studio.narrow && layout.inspectorOpen) studio.inspecting = !studio.inspecting;
        else void settings.change({ layout: { ...layout, inspectorOpen: !layout.inspectorOpen } });
      },
    },
    {
      id: 'zoom.in',
      label: 'Zoom in',
      group: 'View',
      keys: ['Mod+=', 'Mod++'],
      typing: true,
      run: () => zoom(settings.now.zoom * 1.1),
    },
    {
      id: 'zoom.out',
      label: 'Zoom out',
      group: 'View',
      keys: ['Mod+-'],
      typing: true,
      run: () => zoom(settings.now.zoom / 1.1),
    },
    {
      id: 'zoom.reset',
      label: 'Actual size',
      group: 'View',
      keys: ['Mod+0'],
      typing: true,
      run: () => zoom(1),
    },
    ...(['system', 'dark', 'light'] as const).map((theme): Command => ({
      id: `theme.${theme}`,
      label: `Theme: ${theme === 'system' ? 'as the system' : theme}`,
      group: 'View',
      run: () => settings.change({ theme }),
    })),
  ];

  function toggle(): void {
    const { now } = selection;
    if (player.playing || !now || player.current?.ref === selection.ref) player.toggle();
    else void player.play(playableOf(now));
  }
}
