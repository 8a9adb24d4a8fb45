import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mixdown } from '#core/dsp/mixdown.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { RefoleyError } from '#core/errors.ts';
import type { EmbeddingKind } from '../catalogue/embeddings.ts';
import type { SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { Source } from '../catalogue/sources.ts';
import { fileError } from '../files/fileError.ts';
import type { UserFacts } from './captionsFile.ts';
import { decodeFile } from './decode.ts';
import { draftProblem, draftSound, regionOf, withUserFacts } from './draftSound.ts';
import type { FileFacts } from './draftSound.ts';
import { hashFile } from './hashFile.ts';
import { readMetadata } from './metadata/readMetadata.ts';

/** A longer sound is represented by its first minute: an hour of ambience must not fill the memory. */
const ANALYSED_SECONDS = 60;

/** A row to write. */
export interface FoundSound {
  readonly draft: SoundDraft;
  /** Embeddings made of what has since changed. */
  readonly stale: readonly EmbeddingKind[];
}

/** A sound whose audio is to be embedded. */
interface DecodedSound extends FoundSound {
  /** Mono. */
  readonly samples: Float32Array;
}

/** What a look at a file says is to be done about it. */
export type Inspection =
  | { readonly outcome: 'unchanged'; readonly file: FileFacts; readonly touched: readonly StoredSound[] }
  | { readonly outcome: 'recaptioned'; readonly sounds: readonly FoundSound[] }
  | {
      readonly outcome: 'decoded';
      readonly file: FileFacts;
      readonly isNew: boolean;
      readonly sounds: readonly DecodedSound[];
    }
  | { readonly outcome: 'failed'; readonly error: RefoleyError; readonly sounds: readonly FoundSound[] };

export interface KnownFile {
  readonly source: Source;
  readonly relativePath: string;
  /** Its rows in the catalogue, none when it is new. */
  readonly sounds: readonly StoredSound[];
  /** Embeddings by sound id, under the present model. */
  readonly embeddings: ReadonlyMap<number, ReadonlySet<EmbeddingKind>>;
  readonly user: UserFacts | undefined;
}

/**
 * Finds what has changed about a file: nothing (size and date, else SHA-256), the user's words about it, or its
 * audio, which is then decoded. Never rejects: what goes wrong is an outcome.
 */
export async function inspectFile(known: KnownFile): Promise<Inspection> {
  const path = join(known.source.path, known.relativePath);
  let file: FileFacts = { sourceId: known.source.id, relativePath: known.relativePath, bytes: 0, mtimeMs: 0 };
  try {
    file = { ...file, ...(await sizeAndDate(path)) };
    const analysed = isAnalysed(known);
    if (
      analysed &&
      known.sounds.every((sound) => sound.bytes === file.bytes && sound.mtimeMs === file.mtimeMs)
    ) {
      return unchangedOrRecaptioned(
        known,
        file,
        known.sounds.filter((sound) => sound.missing),
      );
    }
    const sha256 = await hashFile(path);
    if (analysed && known.sounds.every((sound) => sound.sha256 === sha256)) {
      return unchangedOrRecaptioned(known, file, known.sounds);
    }
    return await decode(known, path, { ...file, sha256 });
  } catch (cause) {
    return failure(known, file, asRefoleyError(cause));
  }
}

/** The outcome for a file that could not be analysed. One that has gone meanwhile gets no row. */
export function failure(known: KnownFile, file: FileFacts, error: RefoleyError): Inspection {
  const problem = `${error.kind}: ${error.message}`;
  const listed = error.kind === 'not-found' ? [] : regions(known);
  const sounds = listed.map(({ region, earlier }): FoundSound => {
    return { draft: draftProblem(file, region, problem, earlier), stale: ['text', 'audio'] };
  });
  return { outcome: 'failed', error, sounds };
}

async function decode(
  known: KnownFile,
  path: string,
  file: FileFacts & { readonly sha256: string },
): Promise<Inspection> {
  const metadata = await readMetadata(path);
  const sounds: DecodedSound[] = [];
  for (const { region, earlier } of regions(known)) {
    const audio = await decodeFile(path, region, ANALYSED_SECONDS);
    const draft = draftSound(file, region, audio, metadata, known.user, earlier);
    const stale: EmbeddingKind[] = [];
    if (earlier?.sha256 !== draft.sha256) stale.push('audio');
    if (earlier?.caption !== draft.caption) stale.push('text');
    sounds.push({ draft, samples: mixdown(audio.channels), stale });
  }
  return { outcome: 'decoded', file, isNew: known.sounds.length === 0, sounds };
}

function unchangedOrRecaptioned(
  known: KnownFile,
  file: FileFacts,
  touched: readonly StoredSound[],
): Inspection {
  const { user } = known;
  const sounds = known.sounds.flatMap((sound): FoundSound[] => {
    const draft = user && withUserFacts(sound, user);
    if (!draft) return [];
    return [{ draft: { ...draft, ...file }, stale: draft.caption === sound.caption ? [] : ['text'] }];
  });
  return sounds.length > 0 ? { outcome: 'recaptioned', sounds } : { outcome: 'unchanged', file, touched };
}

function isAnalysed({ sounds, embeddings }: KnownFile): boolean {
  const complete = ({ id, caption, problem }: StoredSound): boolean => {
    const kinds = embeddings.get(id);
    return problem === null && kinds?.has('audio') === true && (caption === '' || kinds.has('text'));
  };
  return sounds.length > 0 && sounds.every(complete);
}

function regions({ sounds }: KnownFile) {
  if (sounds.length === 0) return [{ region: { start: 0, end: null }, earlier: undefined }];
  return sounds.map((sound) => ({ region: regionOf(sound), earlier: sound }));
}

async function sizeAndDate(path: string) {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs: Math.trunc(mtimeMs) };
  } catch (cause) {
    throw fileError(cause, path);
  }
}
