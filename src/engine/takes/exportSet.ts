import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readRecipe } from '#core/audio/takeFile.ts';
import { measureLoudness } from '#core/dsp/loudness.ts';
import { clipOf } from '#core/edit/clip.ts';
import { RefoleyError } from '#core/errors.ts';
import { matchingGains, rmsLevel, type Level } from '#core/export/matchLevels.ts';
import { deliverySchema } from '#core/export/delivery.ts';
import { UCS_TEMPLATE } from '#core/export/nameTemplate.ts';
import { numberedNames, ucsStem, type UcsNaming } from '#core/export/ucsName.ts';
import { ucsEntry } from '#core/text/ucs.ts';
import type { StoredTake } from '../catalogue/takes.ts';
import type { Work } from '../context.ts';
import { exportFiles, type RenderedItem } from '../export/exportFiles.ts';
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
  const levels: Level[] = [];
  for (const [done, { path }] of takes.entries()) {
    if (signal?.aborted) throw new RefoleyError('cancelled', 'the export was cancelled');
    onProgress?.({ stage: 'export', done, of });
    const { channels, sampleRate, seconds } = await decodeFile(path);
    levels.push({ ...measureLoudness(channels, sampleRate), rms: rmsLevel(channels), seconds });
  }
  const gains = match ? matchingGains(levels) : levels.map(() => 0);
  const taken = await readdir(resolve(folder)).catch(() => []);
  // As many digits for all as the last of them has.
  const last = numberedNames(ucsStem(naming), takes.length, taken).at(-1) ?? '';
  const digits = /_(\d+)\.wav$/.exec(last)?.[1]?.length ?? 2;
  const items = takes.map(({ id, path }, place) => ({
    ref: `take/${id}`,
    fields: naming,
    render: () => renderTake(path, naming, gains[place] ?? 0),
  }));
  const { files } = await exportFiles(
    { items, folder, delivery: DELIVERY, template: UCS_TEMPLATE.replace(':02', `:0${digits}`) },
    {
      signal,
      onProgress: (progress) => onProgress?.({ stage: 'export', done: takes.length + progress.done, of }),
    },
  );
  return files.map(({ path, loudness }, place) => ({
    ...{ takeId: takes[place]?.id ?? 0, path, gain: gains[place] ?? 0 },
    loudness: loudness ?? -Infinity,
  }));
}

const DELIVERY = deliverySchema.parse({});

async function renderTake(path: string, naming: UcsNaming, gain: number): Promise<RenderedItem> {
  const recipe = withFileSource(path, readRecipe);
  const { channels, sampleRate } = await decodeFile(path);
  const scaled = channels.map((channel) => channel.map((sample) => sample * 10 ** (gain / 20)));
  const { catId, fxName, creatorId, sourceId } = naming;
  return {
    clip: clipOf(scaled, sampleRate),
    metadata: { recipe, title: fxName, catId, creatorId, sourceId },
    source: { path, moved: false },
    delivery: { ...DELIVERY, bits: recipe.bits, sampleRate },
  };
}
