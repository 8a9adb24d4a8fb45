import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readRecipe } from '#core/audio/takeFile.ts';
import { measureLoudness } from '#core/dsp/loudness.ts';
import { clipOf } from '#core/edit/clip.ts';
import { RefoleyError } from '#core/errors.ts';
import { matchingGains, rmsLevel, type Level } from '#core/export/matchLevels.ts';
import { numberedNames, ucsStem, type UcsNaming } from '#core/export/ucsName.ts';
import { ucsEntry } from '#core/text/ucs.ts';
import type { StoredTake } from '../catalogue/takes.ts';
import type { Work } from '../context.ts';
import { deliver } from '../export/deliver.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { decodeFile } from '../library/decode.ts';
import { withFileSource } from '../library/fileSource.ts';

export interface SetRequest {
  /** In the order of their numbers. */
  readonly takes: readonly Pick<StoredTake, 'id' | 'path'>[];
  readonly folder: string;
  readonly naming: UcsNaming;
  /** Whether all are brought to one level; see `matchingGains`. */
  readonly match: boolean;
}

export interface ExportedTake {
  readonly takeId: number;
  readonly path: string;
  /** dB that it was turned by. */
  readonly gain: number;
  /** Integrated, LUFS, as it was written; -Infinity for silence. */
  readonly loudness: number;
}

/**
 * Writes takes as a set of one name by UCS: copies with the recipe, the description and the notes of the takes, and the fields of
 * UCS. No file is replaced: the numbers go on after those in the folder.
 *
 * @throws RefoleyError 'input' for a CatID that is not on the list; 'not-found' when a take's file is gone; 'unavailable'
 *   when the disk is full; 'cancelled', where what is written stays
 */
export async function exportSet(
  { takes, folder, naming, match }: SetRequest,
  { signal, onProgress }: Work,
): Promise<ExportedTake[]> {
  if (!ucsEntry(naming.catId))
    throw new RefoleyError('input', `'${naming.catId}' is no CatID of UCS: choose one from the list`);
  const of = 2 * takes.length;
  let done = 0;
  const step = (): void => {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the export was cancelled');
    onProgress?.({ stage: 'export', done: done++, of });
  };

  const levels: Level[] = [];
  for (const { path } of takes) {
    step();
    const { channels, sampleRate, seconds } = await decodeFile(path);
    levels.push({ ...measureLoudness(channels, sampleRate), rms: rmsLevel(channels), seconds });
  }
  const gains = match ? matchingGains(levels) : levels.map(() => 0);

  const target = resolve(folder);
  const taken = await readdir(target).catch(() => []);
  const names = numberedNames(ucsStem(naming), takes.length, taken);
  const { catId, fxName, creatorId, sourceId } = naming;
  const written: ExportedTake[] = [];
  for (const [place, { id, path: from }] of takes.entries()) {
    step();
    const gain = gains[place] ?? 0;
    const path = join(target, names[place] ?? '');
    const recipe = withFileSource(from, readRecipe);
    const { channels, sampleRate } = await decodeFile(from);
    const scaled = channels.map((channel) => channel.map((sample) => sample * 10 ** (gain / 20)));
    const { bytes, loudness } = await deliver(
      clipOf(scaled, sampleRate),
      { format: 'wav', bits: recipe.bits, sampleRate: recipe.sampleRate, quality: 0 },
      { recipe, title: fxName, catId, creatorId, sourceId },
      { path: from, moved: false },
    );
    await writeFileAtomic(path, bytes);
    written.push({ takeId: id, path, gain, loudness: loudness.integrated });
  }
  return written;
}
