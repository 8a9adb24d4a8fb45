import type { AskedOperation } from '#core/edit/operations.ts';
import type { EditorState } from '../../lib/state/editor.svelte.ts';

/** Something that can be done to the sound that is open. */
export interface Tool {
  readonly id: string;
  readonly label: string;
  readonly title?: string;
  readonly keys?: readonly string[];
  /** Only while something is selected. */
  readonly selected?: boolean;
  /** Its parameters are set once it is done. */
  readonly form?: boolean;
  /** Null where there is nothing to do. */
  readonly make: (editor: EditorState) => AskedOperation | null;
}

export interface ToolGroup {
  readonly label: string;
  readonly tools: readonly Tool[];
}

/** What is selected; the whole sound without a stretch. */
const part = ({ selection }: EditorState) => selection ?? {};
/** From the beginning or to the end where nothing is selected: a tenth of a second, or less of what is shorter. */
function faded(editor: EditorState, direction: 'in' | 'out') {
  if (editor.selection) return editor.selection;
  const seconds = editor.rendered?.seconds ?? 0;
  const length = Math.min(0.1, seconds / 4);
  return direction === 'in'
    ? { start: 0, end: editor.exact(length) }
    : { start: editor.exact(seconds - length), end: seconds };
}
/** Moments within the sound. */
function inside(editor: EditorState, moments: readonly number[]): number[] {
  const seconds = editor.rendered?.seconds ?? 0;
  const sorted = [...new Set(moments)].filter((at) => at > 0 && at < seconds);
  return sorted.sort((one, other) => one - other);
}

export const toolGroups: readonly ToolGroup[] = [
  {
    label: 'Cut',
    tools: [
      {
        ...{ id: 'trim', label: 'Trim', title: 'Keep what is selected', keys: ['T'], selected: true },
        make: ({ selection }) => selection && { op: 'trim', ...selection },
      },
      {
        ...{ id: 'cut', label: 'Delete', title: 'Take out what is selected', selected: true },
        keys: ['Delete', 'Backspace'],
        make: ({ selection }) => selection && { op: 'cut', ...selection },
      },
      {
        ...{ id: 'silence', label: 'Silence', selected: true, keys: ['Shift+Delete'] },
        make: ({ selection }) => selection && { op: 'silence', ...selection },
      },
      {
        ...{ id: 'insert', label: 'Insert silence', title: 'At the cursor', form: true },
        make: ({ cursor }) => ({ op: 'insert', at: cursor, seconds: 0.5 }),
      },
      {
        ...{ id: 'trimSilence', label: 'Trim silence', title: 'Off both ends', form: true },
        make: () => ({ op: 'trimSilence' }),
      },
    ],
  },
  {
    label: 'Level',
    tools: [
      {
        ...{ id: 'fadeIn', label: 'Fade in', keys: ['F'], form: true },
        make: (editor) => ({ op: 'fade', direction: 'in', ...faded(editor, 'in') }),
      },
      {
        ...{ id: 'fadeOut', label: 'Fade out', keys: ['Shift+F'], form: true },
        make: (editor) => ({ op: 'fade', direction: 'out', ...faded(editor, 'out') }),
      },
      {
        ...{ id: 'gain', label: 'Gain', keys: ['G'], form: true },
        make: (editor) => ({ op: 'gain', ...part(editor), db: 0 }),
      },
      {
        ...{ id: 'envelope', label: 'Envelope', title: 'Gain over time, by points', keys: ['E'], form: true },
        make: ({ stretch: { start, end } }) => ({
          op: 'envelope',
          points: [
            { at: start, db: 0 },
            { at: end, db: 0 },
          ],
        }),
      },
      {
        ...{ id: 'normalise', label: 'Normalise', keys: ['N'], form: true },
        make: () => ({ op: 'normalise', measure: 'peak', to: -1 }),
      },
    ],
  },
  {
    label: 'Time',
    tools: [
      {
        ...{ id: 'reverse', label: 'Reverse', keys: ['R'] },
        make: (editor) => ({ op: 'reverse', ...part(editor) }),
      },
      {
        ...{ id: 'stretch', label: 'Stretch, pitch', title: 'Length and pitch apart from each other' },
        form: true,
        make: (editor) => ({ op: 'stretch', ...part(editor) }),
      },
      {
        ...{ id: 'varispeed', label: 'Varispeed', title: 'Length and pitch together, like tape', form: true },
        make: (editor) => ({ op: 'varispeed', ...part(editor), ratio: 1 }),
      },
      {
        ...{ id: 'loop', label: 'Seamless loop', title: 'Keep what is selected, so that it repeats' },
        ...{ selected: true, form: true },
        make: ({ selection }) =>
          selection && {
            op: 'loop',
            ...selection,
            // What fades in under its end comes from before it.
            crossfade: Math.min(0.05, selection.start, (selection.end - selection.start) / 2),
          },
      },
    ],
  },
  {
    label: 'Tone',
    tools: [
      ...(
        [
          ['lowCut', 'Low cut', 80],
          ['highCut', 'High cut', 12_000],
          ['lowShelf', 'Low shelf', 200],
          ['highShelf', 'High shelf', 6000],
          ['bell', 'Bell', 1000],
        ] as const
      ).map(([shape, label, hz]): Tool => ({
        ...{ id: shape, label, form: true },
        make: (editor) => ({ op: 'filter', ...part(editor), shape, hz }),
      })),
      {
        ...{ id: 'removeHum', label: 'Remove hum', title: 'Of the mains, with its harmonics', form: true },
        make: () => ({ op: 'removeHum', hz: 50 }),
      },
      {
        ...{ id: 'removeDc', label: 'Remove DC', title: 'An offset of the whole sound' },
        make: () => ({ op: 'removeDc' }),
      },
    ],
  },
  {
    label: 'Channels',
    tools: [
      { id: 'width', label: 'Width', form: true, make: () => ({ op: 'width', amount: 1 }) },
      { id: 'mono', label: 'Mono', make: () => ({ op: 'channels', count: 1 }) },
      { id: 'stereo', label: 'Stereo', make: () => ({ op: 'channels', count: 2 }) },
    ],
  },
  {
    label: 'Marks',
    tools: [
      {
        ...{ id: 'mark', label: 'Mark', title: 'At the cursor, while it plays where it is', keys: ['M'] },
        make: (editor) => ({
          op: 'marker',
          at: editor.exact(editor.player.playing ? editor.player.position : editor.cursor),
        }),
      },
      {
        ...{
          id: 'region',
          label: 'Region',
          title: 'From what is selected',
          keys: ['Shift+M'],
          selected: true,
        },
        make: ({ selection }) => selection && { op: 'marker', at: selection.start, end: selection.end },
      },
      {
        ...{ id: 'split', label: 'Split', title: 'Into regions, at the cursor or around what is selected' },
        keys: ['C'],
        make: (editor) => {
          const { selection, cursor } = editor;
          const at = inside(editor, selection ? [selection.start, selection.end] : [cursor]);
          return at.length > 0 ? { op: 'split', at } : null;
        },
      },
      {
        ...{ id: 'splitMarks', label: 'Split at marks', title: 'Into regions, at every mark' },
        make: (editor) => {
          const marks = editor.rendered?.marks.flatMap(({ at, end }) => (end === null ? [at] : [])) ?? [];
          const at = inside(editor, marks);
          return at.length > 0 ? { op: 'split', at } : null;
        },
      },
    ],
  },
];
