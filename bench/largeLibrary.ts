import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext } from '#engine/context.ts';
import type { StoredSound } from '#engine/catalogue/sound.ts';
import { scattered } from './scatter.ts';

/** Keeps a cosine of 0.9 to the original. */
const SCATTER = 0.02;
/** Seconds by which the next shelf's sounds begin later: no two of them are the same stretch of the same audio. */
const LATER = 1e-5;

/**
 * Makes a library larger by shelves that hold its files again, under captions and embeddings near those of the originals. They
 * are found, drawn and played, and takes lean on them, as on any other sound.
 */
export async function enlarge(dataFolder: string, size: number): Promise<void> {
  const context = createContext({ dataFolder });
  const { catalogue, indexes, model } = await context.library({});
  const originals = catalogue.sounds.list().filter(({ part }) => part === 'file');
  const root = catalogue.sources.all()[0]?.path ?? '';
  const shelves = resolve(dataFolder, '../shelves');
  mkdirSync(shelves);
  const source = catalogue.sources.put(shelves, 'folder', null);
  let left = size - catalogue.sounds.list().length;
  for (let shelf = 1; left > 0; shelf++) {
    symlinkSync(root, join(shelves, `Shelf ${shelf}`), 'dir');
    const copied = originals.slice(0, left);
    left -= copied.length;
    catalogue.write(() => {
      const epoch = catalogue.bumpEpoch();
      for (const original of copied) copy(original, shelf, epoch);
    });
  }
  await indexes.settle();
  await context.close();

  function copy(original: StoredSound, shelf: number, epoch: number): void {
    const { bytes, mtimeMs } = original;
    const file = catalogue.files.byId(original.fileId);
    if (!file) throw new Error(`sound ${original.id} has no file`);
    const relativePath = `Shelf ${shelf}/${original.relativePath}`;
    const id = catalogue.files.add(source.id, { relativePath, bytes, mtimeMs });
    catalogue.files.markRead(id, { format: file, fields: file.fields, synthetic: false });
    catalogue.files.markAnalysed(id, file);
    const caption = original.caption && `${original.caption}, take ${shelf}`;
    const sound = catalogue.sounds.put(id, { ...original, caption, start: LATER * shelf });
    for (const kind of ['text', 'audio'] as const) {
      const vector = catalogue.embeddings.get(original.id, kind, model);
      const near = vector && scattered(vector, sound, SCATTER);
      if (near) catalogue.embeddings.put(sound, kind, model, epoch, near);
    }
  }
}
