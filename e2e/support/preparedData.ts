import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runJson } from './refoley.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What a prepared folder depends on beside the schema, how it is prepared and where: the models and the sounds. */
const SOURCES = ['resources/packs/starter/manifest.json', 'resources/library/captions.csv'];
const MIGRATIONS = 'src/engine/catalogue/migrations';

/**
 * A data folder with the starter library in it, made by the product; kept between runs while what it is made of stays the
 * same. Copy it, do not change it.
 */
export async function preparedData(): Promise<string> {
  // Of this checkout alone: an app that finds its sounds at another place looks through them again at each start.
  const hash = createHash('sha256').update(ROOT);
  for (const file of SOURCES) hash.update(await readFile(join(ROOT, file)));
  hash.update(await readFile(import.meta.filename));
  for (const name of (await readdir(join(ROOT, MIGRATIONS))).sort())
    hash.update(await readFile(join(ROOT, MIGRATIONS, name)));
  const folder = join(tmpdir(), `refoley-prepared-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  // Looking for what it lacks learns the names of the categories, too.
  await runJson(['library', 'coverage', '--data', making]);
  // Another run may have been faster.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  return folder;
}
