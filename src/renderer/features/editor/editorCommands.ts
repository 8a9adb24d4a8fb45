import { call } from '../../lib/bridge.ts';
import type { Command } from '../../lib/state/commands.svelte.ts';
import type { StudioState } from '../../lib/state/studio.svelte.ts';
import { toolGroups } from './tools.ts';

/** Pixels that an arrow moves the cursor by. */
const STEP = 8;
/** Seconds that are heard before a cut. */
const BEFORE = 1;

/** What can be done while the editor is shown; where a command of the window has the same key, this one comes first. */
export function editorCommands(studio: StudioState): Command[] {
  const { editor, notices, settings } = studio;
  const { player, viewport } = editor;
  const open = () => editor.rendered !== null;
  const refs = () => (editor.edit ? [`edit/${editor.edit.id}` as const] : []);
  const command = (id: string, label: string, keys: readonly string[], run: () => unknown): Command => ({
    ...{ id: `editor.${id}`, label, group: 'Editor', keys, when: open, run },
  });

  /** Moves the cursor or, when the selection grows, the end of it that was moved last. */
  function move(by: number, grow: boolean): void {
    const { selection, cursor } = editor;
    if (!grow) editor.select(cursor + by, cursor + by);
    else {
      const [still, moved] = selection
        ? head === selection.start
          ? [selection.end, selection.start]
          : [selection.start, selection.end]
        : [cursor, cursor];
      head = editor.exact(moved + by);
      editor.select(still, head);
    }
    viewport.follow(grow ? head : editor.cursor);
  }
  let head = 0;
  const pixels = (count: number): number =>
    Math.max(count / Math.max(1e-9, viewport.pixelsPerSecond), 1 / viewport.rate);

  async function act(tool: (typeof toolGroups)[number]['tools'][number]): Promise<void> {
    const operation = tool.make(editor);
    if (operation) await editor.add(operation, tool.form ?? false);
    else
      notices.note(
        tool.selected ? 'Select a stretch first: drag over the waveform' : 'There is nothing to do',
      );
  }

  /** The envelope at the end of the list is gone on with. */
  function envelope(): void {
    const last = editor.edit?.operations.at(-1);
    if (editor.form?.operation.op === 'envelope') void editor.closeForm(true);
    else if (last?.op === 'envelope') editor.openForm((editor.edit?.operations.length ?? 1) - 1);
    else studio.commands.list.find(({ id }) => id === 'editor.envelope.new')?.run();
  }

  const tools = toolGroups.flatMap(({ label, tools: list }) =>
    list.map((tool): Command => ({
      ...command(
        tool.id === 'envelope' ? 'envelope.new' : tool.id,
        `${tool.label} (${label.toLowerCase()})`,
        tool.id === 'envelope' ? [] : (tool.keys ?? []),
        () => act(tool),
      ),
    })),
  );

  return [
    ...tools,
    command('envelope', 'Envelope: gain by points', ['E'], envelope),
    {
      ...command('keep', 'Keep the parameters', ['Enter'], () => {
        // What is being typed counts.
        if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
        return editor.closeForm(true);
      }),
      typing: true,
      when: () => editor.form !== null,
    },
    {
      ...command('takeBack', 'Take the parameters back', ['Escape'], () => editor.closeForm(false)),
      typing: true,
      when: () => editor.form !== null,
    },
    {
      ...command('make.close', 'Make no part', ['Escape'], () => (editor.making = false)),
      typing: true,
      when: () => editor.making && editor.form === null,
    },
    {
      ...command('deselect', 'Select nothing', ['Escape'], () => editor.select(editor.cursor, editor.cursor)),
      when: () => editor.form === null && !editor.making && editor.selection !== null,
    },
    command('make', 'Make a part: vary, fill, extend', ['V'], () => (editor.making = true)),
    command('selectAll', 'Select all', ['Mod+A'], () => editor.select(0, viewport.duration)),
    command('left', 'Cursor to the left', ['ArrowLeft'], () => move(-pixels(STEP), false)),
    command('right', 'Cursor to the right', ['ArrowRight'], () => move(pixels(STEP), false)),
    command('growLeft', 'Selection to the left', ['Shift+ArrowLeft'], () => move(-pixels(STEP), true)),
    command('growRight', 'Selection to the right', ['Shift+ArrowRight'], () => move(pixels(STEP), true)),
    command('sampleLeft', 'Cursor one sample to the left', ['Alt+ArrowLeft'], () =>
      move(-1 / viewport.rate, false),
    ),
    command('sampleRight', 'Cursor one sample to the right', ['Alt+ArrowRight'], () =>
      move(1 / viewport.rate, false),
    ),
    command('end', 'Go to the end', ['End'], () => {
      editor.select(viewport.duration, viewport.duration);
      viewport.follow(viewport.duration);
    }),
    command('zoomIn', 'Zoom in', ['+', '='], () => viewport.zoom(1.6, zoomAbout())),
    command('zoomOut', 'Zoom out', ['-'], () => viewport.zoom(1 / 1.6, zoomAbout())),
    command('zoomSelection', 'Zoom to the selection', ['Z'], () => {
      if (editor.selection) viewport.select(editor.selection);
    }),
    command('fit', 'See all of it', ['0', 'Shift+Z'], () => viewport.fit()),
    command('spectrogram', 'Spectrogram', ['W'], () => (editor.spectrogram = !editor.spectrogram)),
    command('snap', 'Snap: free, zero crossings, transients', ['Q'], () => {
      const ways = ['off', 'zero', 'transient'] as const;
      editor.snap = ways[(ways.indexOf(editor.snap) + 1) % ways.length] ?? 'off';
      return editor.snapped();
    }),
    command('clear', 'Back to the original', [], () => editor.clear()),
    {
      ...command('close', 'Close the edit', [], async () => {
        editor.close();
        await settings.change({ editing: null });
      }),
      when: () => editor.edit !== null,
    },

    // What the window does with a sound is done with the edited one.
    { id: 'player.toggle', label: 'Play or stop', group: 'Sound', keys: ['Space'], run: () => toggle() },
    {
      ...{ id: 'player.back', label: 'Play from a second before the cursor', group: 'Sound', keys: ['J'] },
      run: () => start(Math.max(0, editor.cursor - BEFORE)),
    },
    { id: 'player.halt', label: 'Stop', group: 'Sound', keys: ['K'], run: () => player.stop() },
    { id: 'player.forward', label: 'Play', group: 'Sound', keys: ['L'], run: () => start() },
    {
      ...{ id: 'player.loop', label: 'Loop', group: 'Sound', keys: ['Shift+L'] },
      run: () => editor.setLoop(!player.loop),
    },
    {
      ...{ id: 'player.start', label: 'Go to the beginning', group: 'Sound', keys: ['Home'] },
      run: () => {
        editor.select(0, 0);
        viewport.follow(0);
      },
    },
    {
      ...{ id: 'files.export', label: 'Export the edit…', group: 'Take' },
      ...{ keys: ['Mod+Shift+S'], when: open },
      run: () => (studio.delivery.refs = refs()),
    },
    {
      ...{ id: 'files.sheet', label: 'Save a page of where the edit came from', group: 'Take', when: open },
      run: () => {
        const [ref] = refs();
        return ref && studio.delivery.sheet(ref, editor.edit?.name ?? '');
      },
    },
    {
      ...{ id: 'files.send', label: 'Send the edit to the DAW’s folder', group: 'Take' },
      ...{ keys: ['Mod+Shift+E'], when: open },
      run: () => studio.actions.send(refs()),
    },
    {
      ...{ id: 'files.copy', label: 'Copy the edit as file', group: 'Take' },
      ...{ keys: ['Mod+Shift+C'], when: open },
      run: () => studio.actions.copy(refs()),
    },
    {
      ...{ id: 'files.reveal', label: 'Reveal the edit in the file manager', group: 'Take' },
      ...{ keys: ['Mod+Shift+R'], when: open },
      run: () =>
        notices.attempt(async () => {
          const [ref] = refs();
          if (ref) await call('files.reveal', { ref });
        }),
    },
    {
      ...{ id: 'edit.undo', label: 'Undo in the edit', group: 'Editor', keys: ['Mod+Z'] },
      ...{ when: () => editor.edit !== null },
      run: () => editor.undo(),
    },
    {
      ...{ id: 'edit.redo', label: 'Redo in the edit', group: 'Editor', keys: ['Mod+Shift+Z', 'Mod+Y'] },
      ...{ when: () => editor.edit !== null },
      run: () => editor.redo(),
    },
  ];

  function zoomAbout(): number {
    const { cursor } = editor;
    return cursor >= viewport.start && cursor <= viewport.end ? cursor : (viewport.start + viewport.end) / 2;
  }

  function start(from?: number): void {
    studio.player.stop();
    void editor.play(from);
  }

  function toggle(): void {
    studio.player.stop();
    editor.toggle();
  }
}
