import { join } from 'node:path';
import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { ErrorKind } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { Source } from '../catalogue/sources.ts';
import { fileError } from '../files/fileError.ts';
import type { Analyser } from './analyser.ts';
import type { UserFacts } from './captionsFile.ts';
import { failure, inspectFile } from './inspectFile.ts';
import type { Inspection, KnownFile } from './inspectFile.ts';
import { listAudioFiles } from './listFiles.ts';
import { createScanBatch } from './scanBatch.ts';

/** Files a transaction: what a kill can cost, against a flush of the disk for each. */
const BATCH = 16;

export interface ScanContext {
  readonly catalogue: Catalogue;
  readonly analyser: Analyser;
  readonly signal?: AbortSignal | undefined;
  /** After each file; `path` is within the source. */
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
}

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
  readonly path: string;
}

export interface ScanFailure {
  /** Absolute. */
  readonly path: string;
  readonly kind: ErrorKind;
  readonly message: string;
}

/** Counts of files. */
export interface ScanReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** In the catalogue and not in the folder. */
  readonly missing: number;
  readonly failed: readonly ScanFailure[];
  readonly seconds: number;
}

/**
 * Brings the catalogue up to date with a source's folder. A file that fails is reported, and the rest goes on; a
 * scan that is cancelled or killed goes on where it stopped when it is run again.
 *
 * @param captions the user's words, by path within the source
 * @throws RefoleyError `cancelled`, or what ends any scan: the catalogue cannot be written, no inference
 */
export async function scanSource(
  context: ScanContext,
  source: Source,
  captions: ReadonlyMap<string, UserFacts>,
): Promise<ScanReport> {
  const { catalogue, analyser, signal, onProgress } = context;
  const began = performance.now();
  const { files, unreadable } = await listAudioFiles(source.path);
  const failed = unreadable.map(({ path, cause }) => failureOf(join(source.path, path), cause));
  const known = byPath(catalogue.sounds.bySource(source.id));
  const missing = markMissing(
    catalogue,
    known,
    new Set(files),
    unreadable.map(({ path }) => path),
  );
  const embeddings = catalogue.embeddings.kindsOf(source.id, analyser.model);
  const batch = createScanBatch(catalogue, analyser);
  const counts = { added: 0, updated: 0, unchanged: 0 };

  const knownFile = (relativePath: string): KnownFile => {
    const user = captions.get(relativePath.normalize('NFC'));
    return { source, relativePath, sounds: known.get(relativePath) ?? [], embeddings, user };
  };
  const inspect = (index: number): Promise<Inspection> | undefined => {
    const path = files[index];
    return path === undefined ? undefined : inspectFile(knownFile(path));
  };

  // The next file is read and decoded while the present one is embedded in the inference process.
  let next = inspect(0);
  for (const [index, path] of files.entries()) {
    if (signal?.aborted) {
      await next;
      await batch.commit();
      throw new RefoleyError(
        'cancelled',
        `stopped after ${index} of ${files.length} files: run it again to go on`,
      );
    }
    const inspection = await next;
    next = inspect(index + 1);
    if (inspection) await take(knownFile(path), inspection);
    if (batch.size() >= BATCH) await batch.commit();
    onProgress?.({ done: index + 1, total: files.length, path });
  }
  await batch.commit();
  return { ...counts, missing, failed, seconds: (performance.now() - began) / 1000 };

  async function take(file: KnownFile, inspection: Inspection): Promise<void> {
    switch (inspection.outcome) {
      case 'unchanged':
        batch.touch(inspection.file, inspection.touched);
        counts.unchanged++;
        return;
      case 'recaptioned':
        for (const sound of inspection.sounds) batch.add(sound);
        counts.updated++;
        return;
      case 'failed':
        for (const sound of inspection.sounds) batch.add(sound);
        failed.push(failureOf(join(source.path, file.relativePath), inspection.error));
        return;
      case 'decoded':
        await analyse(file, inspection);
    }
  }

  async function analyse(file: KnownFile, decoded: Inspection & { outcome: 'decoded' }): Promise<void> {
    const { sounds, isNew, file: facts } = decoded;
    try {
      const vectors: Float32Array[] = [];
      for (const { samples, draft } of sounds)
        vectors.push(await analyser.embedAudio(samples, draft.sampleRate));
      sounds.forEach(({ draft, stale }, index) => {
        batch.add({ draft, stale }, vectors[index]);
      });
      counts[isNew ? 'added' : 'updated']++;
    } catch (cause) {
      const error = asRefoleyError(cause);
      if (error.kind === 'unavailable' || error.kind === 'cancelled') throw error;
      await take(file, failure(file, facts, error));
    }
  }
}

/** Marks what is no longer listed; what lies in a folder that could not be read is left as it was. */
function markMissing(
  catalogue: Catalogue,
  known: ReadonlyMap<string, readonly StoredSound[]>,
  files: ReadonlySet<string>,
  unreadable: readonly string[],
): number {
  const gone = [...known]
    .filter(([path]) => !files.has(path) && !unreadable.some((folder) => path.startsWith(`${folder}/`)))
    .map(([, sounds]) => sounds);
  const newlyGone = gone.flat().filter((sound) => !sound.missing);
  if (newlyGone.length > 0) {
    catalogue.write(() => {
      for (const { id } of newlyGone) catalogue.sounds.setMissing(id, true);
    });
  }
  return gone.length;
}

function byPath(sounds: readonly StoredSound[]): Map<string, StoredSound[]> {
  return Map.groupBy(sounds, (sound) => sound.relativePath);
}

export function failureOf(path: string, cause: unknown): ScanFailure {
  const { kind, message } = fileError(cause, path);
  return { path, kind, message };
}
