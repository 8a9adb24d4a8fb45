import type { HeardFile } from '../catalogue/heard.ts';
import { envelopeDistance, envelopeOf } from './duplicateShape.ts';

/** Seconds by which the same recording may differ in length. */
const LENGTH = 0.01;
/** LU and dB by which it may differ in loudness and true peak. */
const LOUDNESS = 0.6;
const PEAK = 1.5;
/** Cosine of the embeddings, and distance of the envelopes: see {@link alike}. */
const SAME = 0.95;
const SHAPE = 0.2;

/**
 * The pairs of files that are as long, as loud and have as high a peak: what may be the same recording. Files are laid out
 * in cells of their length and peak, and only compared with those of their own and the neighbouring cells, so that not all
 * pairs are looked at.
 */
export function* pairsAlike(files: readonly HeardFile[]): Generator<readonly [HeardFile, HeardFile]> {
  const cells = new Map<string, HeardFile[]>();
  for (const file of files) {
    const [length, peak] = cellOf(file);
    for (const near of neighbours(length, peak)) {
      for (const earlier of cells.get(near) ?? []) if (comparable(earlier, file)) yield [earlier, file];
    }
    const own = `${length} ${peak}`;
    const cell = cells.get(own);
    if (cell) cell.push(file);
    else cells.set(own, [file]);
  }
}

/**
 * Whether two files of one length and level are one recording. Thresholds were measured on the sounds of the starter library
 * in five other formats and on pairs of sounds that a Debian package and a repository hold in different encodings.
 */
export async function alike(
  a: HeardFile,
  b: HeardFile,
  similarity: number,
  peaksFolder: string,
): Promise<boolean> {
  if (similarity < SAME) return false;
  const [one, other] = await Promise.all([
    envelopeOf(peaksFolder, a.sha256),
    envelopeOf(peaksFolder, b.sha256),
  ]);
  return !one || !other || envelopeDistance(one, other) <= SHAPE;
}

function comparable(a: HeardFile, b: HeardFile): boolean {
  return (
    Math.abs(a.seconds - b.seconds) <= LENGTH &&
    within(a.loudness, b.loudness, LOUDNESS) &&
    within(a.truePeak, b.truePeak, PEAK)
  );
}

/** What is too short to have a loudness, or silent, is alike in that. */
function within(a: number | null, b: number | null, tolerance: number): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}

function cellOf({ seconds, truePeak }: HeardFile): readonly [length: number, peak: number] {
  return [Math.floor(seconds / LENGTH), truePeak === null ? NaN : Math.floor(truePeak / PEAK)];
}

function* neighbours(length: number, peak: number): Generator<string> {
  const peaks = Number.isNaN(peak) ? [peak] : [peak - 1, peak, peak + 1];
  for (const near of [length - 1, length, length + 1]) for (const level of peaks) yield `${near} ${level}`;
}
