import { join } from 'node:path';
import type { ListedFile } from '../catalogue/file.ts';
import type { Source } from '../catalogue/sources.ts';
import { soundOf } from './describeSound.ts';
import { listAudioFiles } from './listFiles.ts';
import { failureOf, throwIfStopped } from './scanContext.ts';
import type { ScanContext, Tally } from './scanContext.ts';

/**
 * Stage 1 of a scan: what is in the folder. A new file is in the catalogue at once with the words of its name; one whose
 * size or date has changed is to be read again; one that is gone is marked, unless the folder it lay in cannot be read:
 * a source whose own folder cannot is offline.
 *
 * @returns how many files there are
 */
export async function listSource(
  { catalogue, signal, onProgress }: ScanContext,
  source: Source,
  tally: Tally,
): Promise<number> {
  const seen = new Set<number>();
  const unreadable: string[] = [];
  for await (const { files, unreadable: refused } of listAudioFiles(source.path)) {
    throwIfStopped(signal);
    for (const { path, cause } of refused) {
      const absolute = join(source.path, path);
      tally.failed.set(absolute, failureOf(absolute, cause));
      unreadable.push(path === '' ? '' : `${path}/`);
    }
    if (files.length === 0) continue;
    catalogue.write(() => {
      for (const file of files) seen.add(enter(file));
    });
    onProgress?.({ stage: 'listed', done: seen.size, total: seen.size });
  }
  catalogue.sources.setOffline(source.id, unreadable.includes(''));
  const gone = catalogue.files
    .present(source.id)
    .filter(({ id, path }) => !seen.has(id) && !unreadable.some((folder) => path.startsWith(folder)));
  if (gone.length > 0)
    catalogue.write(() => {
      for (const { id } of gone) catalogue.files.setMissing(id, true);
    });
  return seen.size;

  function enter(file: ListedFile): number {
    const known = catalogue.files.state(source.id, file.relativePath);
    if (!known) {
      const id = catalogue.files.add(source.id, file);
      catalogue.sounds.put(id, soundOf(file.relativePath));
      return id;
    }
    if (known.bytes !== file.bytes || known.mtimeMs !== file.mtimeMs) catalogue.files.change(known.id, file);
    else if (known.missing !== 0) catalogue.files.setMissing(known.id, false);
    return known.id;
  }
}
