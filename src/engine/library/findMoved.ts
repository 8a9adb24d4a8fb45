import type { Source } from '../catalogue/sources.ts';
import { hashFile } from '../files/hashFile.ts';
import { checkpoint } from './scanContext.ts';
import type { ScanContext, Tally } from './scanContext.ts';

/**
 * Recognises new files as missing ones in another place, by their bytes: they keep their ids, so that pins, recipes and
 * the user's words still point at them, and are not analysed again. Only files as long as a missing one are hashed.
 */
export async function findMoved(context: ScanContext, source: Source, tally: Tally): Promise<void> {
  const { catalogue } = context;
  for (const file of catalogue.files.perhapsMoved(source.id)) {
    await checkpoint(context, 'listed');
    // What cannot be read is reported when it is.
    const sha256 = await hashFile(file.path).catch(() => undefined);
    const missing = sha256 === undefined ? undefined : catalogue.files.missingWith(sha256);
    if (!missing) continue;
    catalogue.write(() => {
      catalogue.files.moveTo(missing.id, file);
    });
    tally.found.delete(file.id);
    tally.gone.delete(missing.id);
    tally.moved.add(missing.id);
    tally.updated.add(missing.id);
  }
}
