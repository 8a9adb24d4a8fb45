import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Catalogue } from './catalogue/open.ts';
import type { Work } from './context.ts';
import { writeFileAtomic } from './files/replaceFile.ts';
import type { Analyser } from './library/analyser.ts';
import { CAPTIONS_FILE } from './library/captionsFile.ts';
import { hashFile } from './files/hashFile.ts';
import { scanContextOf } from './scanContextOf.ts';

/** What of the starter library is in the catalogue: where it lay, its list of sounds, and which models analysed it. */
const stateSchema = z.object({ folder: z.string(), listSha256: z.string(), model: z.string() });
type State = z.infer<typeof stateSchema>;

/**
 * Adds the sounds that ship with the app to a fresh data folder, and brings them up to date when the app has moved, has
 * others or its pack has changed. Somebody who takes them out of the library has them out for good.
 */
export async function addStarterLibrary(
  folder: string,
  dataFolder: string,
  catalogue: Catalogue,
  analyser: Analyser,
  work: Work,
): Promise<void> {
  if (!existsSync(join(folder, CAPTIONS_FILE))) return;
  const statePath = join(dataFolder, 'starter-library.json');
  const state = await readState(statePath);
  const present: State = {
    folder,
    listSha256: await hashFile(join(folder, CAPTIONS_FILE)),
    model: analyser.model,
  };
  if (isDeepStrictEqual(state, present)) return;
  if (state && !catalogue.sources.all().some(({ kind }) => kind === 'starter')) return;

  const { addSource } = await import('./library/sources.ts');
  await addSource(scanContextOf({ catalogue, analyser }, work), folder, { kind: 'starter' });
  await writeFileAtomic(statePath, JSON.stringify(present));
}

async function readState(path: string): Promise<State | undefined> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None yet, or damaged: adding the library again costs a look at its files.
    return undefined;
  }
}
