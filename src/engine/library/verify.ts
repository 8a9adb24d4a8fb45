import { stat } from 'node:fs/promises';
import type { Catalogue } from '../catalogue/open.ts';
import { hasOwnWords } from '../catalogue/sound.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { LibraryIndexes } from '../index/libraryIndexes.ts';
import type { IndexReport } from '../index/libraryIndexes.ts';
import { hashFile } from '../files/hashFile.ts';
import { throwIfStopped } from './scanContext.ts';
import type { ScanContext } from './scanContext.ts';

export interface VerifyReport {
  /** Nothing found. */
  readonly ok: boolean;
  readonly sources: number;
  readonly sounds: number;
  /** What SQLite's integrity check says, one line per finding. */
  readonly integrity: readonly string[];
  /** Files that are gone; a rescan marks them. */
  readonly missing: readonly string[];
  /** Files whose bytes are not those analysed; a rescan analyses them. */
  readonly changed: readonly string[];
  /** Sounds without an embedding of the present pack; a rescan makes it. */
  readonly withoutEmbedding: readonly string[];
  /** Sounds that could not be analysed. */
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
  /** Derived; whatever is stale or damaged is rebuilt when it is next needed. */
  readonly indexes: readonly IndexReport[];
}

/**
 * Checks the catalogue, every file by its hash, the embeddings and the indexes. Changes nothing.
 *
 * @throws RefoleyError `cancelled`
 */
export async function verifyLibrary(
  context: Pick<ScanContext, 'catalogue' | 'signal' | 'onProgress'> & { readonly model: string },
  indexes: LibraryIndexes,
): Promise<VerifyReport> {
  const { catalogue, model, signal, onProgress } = context;
  const sounds = catalogue.sounds.list();
  const missing: string[] = [];
  const changed: string[] = [];
  // A file is read once, however many sounds it holds.
  const hashes = new Map<string, Promise<string | undefined>>();
  for (const [index, sound] of sounds.entries()) {
    throwIfStopped(signal);
    const state = await stateOf(sound, hashes);
    if (state === 'missing') missing.push(sound.path);
    if (state === 'changed') changed.push(sound.path);
    onProgress?.({ stage: 'analysed', done: index + 1, total: sounds.length });
  }
  const integrity = catalogue.integrity();
  const sources = catalogue.sources.all();
  const withoutEmbedding = sources.flatMap(({ id }) => lackingEmbeddings(catalogue, id, model));
  const problems = sounds.flatMap(({ path, problem }) => (problem === null ? [] : [{ path, problem }]));
  return {
    ok: [integrity, missing, changed, withoutEmbedding, problems].every((findings) => findings.length === 0),
    sources: sources.length,
    sounds: sounds.length,
    integrity,
    missing,
    changed,
    withoutEmbedding,
    problems,
    indexes: await indexes.report(),
  };
}

async function stateOf(
  sound: StoredSound,
  hashes: Map<string, Promise<string | undefined>>,
): Promise<'same' | 'missing' | 'changed'> {
  const facts = await stat(sound.path).catch(() => undefined);
  if (!facts) return 'missing';
  if (sound.problem !== null) return 'same';
  const hash = hashes.get(sound.path) ?? hashFile(sound.path).catch(() => undefined);
  hashes.set(sound.path, hash);
  const sha256 = await hash;
  return sha256 === sound.sha256 ? 'same' : 'changed';
}

function lackingEmbeddings(catalogue: Catalogue, sourceId: number, model: string): string[] {
  const lacks = (sound: StoredSound): boolean => {
    const { id, caption, problem } = sound;
    const kinds = catalogue.embeddings.kindsOf(id, model);
    const wantsText = hasOwnWords(sound) && caption !== '';
    return problem === null && !(kinds.has('audio') && (!wantsText || kinds.has('text')));
  };
  return catalogue.sounds
    .list({ sourceId })
    .filter(lacks)
    .map(({ path }) => path);
}
