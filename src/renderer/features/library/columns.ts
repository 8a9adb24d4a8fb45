import type { SoundOrder } from '#core/text/soundOrder.ts';
import type { Sound } from '#shared/sound.ts';
import { duration, fileName, loudness, rate } from '../../lib/format.ts';

export interface Column {
  readonly id: string;
  readonly label: string;
  /** Pixels, until the user sets it. */
  readonly width: number;
  readonly order?: SoundOrder['by'];
  /** What stands in it, where that is a plain text. */
  readonly text?: (sound: Sound) => string;
  readonly right?: boolean;
}

const CHANNELS: Record<number, string> = { 1: 'mono', 2: 'stereo' };

function format({ sampleRate, bits, channels, stage }: Sound): string {
  if (stage === 'listed' || sampleRate === 0) return '';
  return [rate(sampleRate), bits === null ? '' : `${bits} bit`, CHANNELS[channels] ?? `${channels} ch`]
    .filter((part) => part !== '')
    .join(' ');
}

function folder({ path }: Sound): string {
  return fileName(path.slice(0, -fileName(path).length - 1));
}

/** All columns, in the order in which they are offered. */
export const columns: readonly Column[] = [
  { id: 'wave', label: 'Waveform', width: 96 },
  { id: 'name', label: 'Name', width: 184, order: 'name' },
  { id: 'caption', label: 'Caption', width: 210, order: 'caption' },
  { id: 'category', label: 'Category', width: 86, order: 'category', text: ({ catId }) => catId ?? '' },
  { id: 'tags', label: 'Tags', width: 120, text: ({ tags }) => tags.join(', ') },
  { id: 'length', label: 'Length', width: 58, order: 'length', right: true, text: length },
  { id: 'loudness', label: 'Loudness', width: 78, right: true, text: level },
  { id: 'format', label: 'Format', width: 116, order: 'format', text: format },
  { id: 'terms', label: 'Terms', width: 80, order: 'terms', text: ({ licence }) => licence },
  { id: 'rating', label: 'Rating', width: 72, order: 'rating' },
  { id: 'folder', label: 'Folder', width: 110, order: 'folder', text: folder },
];

/** Shown until the user chooses others. */
const FIRST = ['wave', 'name', 'caption', 'category', 'length', 'format', 'rating', 'folder'];

function length({ seconds, stage }: Sound): string {
  return stage === 'listed' ? '' : duration(seconds);
}

function level(sound: Sound): string {
  return sound.loudness === null ? '' : loudness(sound.loudness);
}

export interface ShownColumn extends Column {
  readonly width: number;
}

/** The columns that the settings ask for; those that are not known any more are left out. */
export function shownColumns(
  chosen: readonly { readonly id: string; readonly width: number }[],
): ShownColumn[] {
  const wanted = chosen.length > 0 ? chosen : FIRST.map((id) => ({ id, width: undefined }));
  return wanted.flatMap(({ id, width }) => {
    const column = columns.find((each) => each.id === id);
    return column ? [{ ...column, width: width ?? column.width }] : [];
  });
}
