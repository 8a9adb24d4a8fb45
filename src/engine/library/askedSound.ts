import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { mixdown } from '#core/dsp/mixdown.ts';
import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { allOf, every } from '../catalogue/soundFilter.ts';
import type { SoundCondition } from '../catalogue/soundFilter.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import { decodeFile } from './decode.ts';
import type { Region } from './decodedAudio.ts';
import { hashFile } from '../files/hashFile.ts';

/** Seconds of a sound that are decoded to find its like; the audio tower listens to fewer. */
const LISTENED = 60;

/** A sound whose like is to be found. */
export interface AskedSound {
  /** Audio embedding, unit length. */
  readonly vector: Float32Array;
  /** Which stretch of which content it is; undefined when the library has no file with its bytes. */
  readonly content: { readonly sha256: string; readonly start: number; readonly end: number } | undefined;
}

export interface Ears {
  readonly catalogue: Catalogue;
  readonly model: string;
  /** Unit vector of mono samples at a rate in Hz; called only when nothing stored will do. */
  readonly embed: (samples: Float32Array, sampleRate: number) => Promise<Float32Array>;
}

/**
 * How a sound of the library, or any file, sounds: what is stored of it, with nothing decoded, else by listening to it.
 *
 * @param reference id of a sound of the library (a file, an event, a marker), or a file: of the library, a take, any other
 * @param region seconds from the beginning of the file; unless given, what the id stands for, or the whole file
 * @throws RefoleyError `not-found` for an id or a file that is not there; as `decodeFile`
 */
export async function askedSound(
  ears: Ears,
  reference: string,
  region: Partial<Region> = {},
): Promise<AskedSound> {
  const known = /^\d+$/.test(reference)
    ? requireSound(ears.catalogue, Number(reference))
    : fileInLibrary(ears.catalogue, resolve(reference));
  const cut = region.start !== undefined || (region.end ?? null) !== null;
  const stored = known && !cut ? ears.catalogue.embeddings.get(known.id, 'audio', ears.model) : undefined;
  if (known && stored) {
    const { sha256, start, end } = known;
    return { vector: stored, content: { sha256, start, end } };
  }
  const { start, end } = known && !cut ? known : { start: region.start ?? 0, end: region.end ?? null };
  if (end !== null && end <= start) {
    throw new RefoleyError('input', `the region ends (${end} s) before it begins (${start} s)`);
  }
  return listen(ears, known?.path ?? resolve(reference), { start, end });
}

/** None of them, wherever their files lie twice: the whole files, or, where parts are listed, what overlaps. */
export function notAsked(asked: readonly AskedSound[], parts: boolean): SoundCondition {
  const contents = asked.flatMap(({ content }) => content ?? []);
  if (!parts) {
    const hashes = JSON.stringify(contents.map(({ sha256 }) => sha256));
    return { sql: 'f.sha256 NOT IN (SELECT value FROM json_each(?))', values: [hashes] };
  }
  const overlapping = 'NOT (f.sha256 = ? AND s.start < ? AND ifnull(s.end, f.seconds) > ?)';
  const apart = contents.map(({ sha256, start, end }) => ({
    sql: overlapping,
    values: [sha256, end, start],
  }));
  return allOf(every, ...apart);
}

async function listen({ catalogue, embed }: Ears, path: string, region: Region): Promise<AskedSound> {
  const { channels, sampleRate, seconds } = await decodeFile(path, region, LISTENED);
  const vector = await embed(mixdown(channels), sampleRate);
  const { size } = statSync(path);
  // Only then can it be in the library, and a recording of gigabytes is not read for nothing.
  if (!catalogue.files.hasSameSize({ id: 0, bytes: size })) return { vector, content: undefined };
  const content = { sha256: await hashFile(path), start: region.start, end: region.start + seconds };
  return { vector, content };
}

function requireSound(catalogue: Catalogue, id: number): StoredSound {
  const sound = catalogue.sounds.byId(id);
  if (sound) return sound;
  throw new RefoleyError('not-found', `there is no sound ${id}: "library list" shows the ids`);
}

/** The whole sound of a file of the library; none when the file is there and has changed since it was analysed. */
export function fileInLibrary(catalogue: Catalogue, path: string): StoredSound | undefined {
  for (const source of catalogue.sources.all()) {
    const inside = relative(source.path, path).replaceAll(sep, '/');
    const file = catalogue.files.state(source.id, inside);
    const whole = file && catalogue.sounds.byFile(file.id).find(({ part }) => part === 'file');
    if (whole?.stage !== 'analysed') continue;
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts || (facts.size === whole.bytes && Math.trunc(facts.mtimeMs) === whole.mtimeMs)) return whole;
  }
  return undefined;
}
