import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalogue } from '#engine/catalogue/open.ts';
import { listSource } from '#engine/library/listSource.ts';
import { emptyTally } from '#engine/library/scanContext.ts';

const FOLDERS = 1000;
const FILES = 100;
const SIZE = FOLDERS * FILES;
/** Files asked for their size at once by the peer. */
const AT_ONCE = 64;

interface Cost {
  readonly seconds: number;
  /** Seconds of processor time, all threads: what stays the same on a busy machine. */
  readonly cpu: number;
}

/** Listing 100,000 files into an empty catalogue, and again unchanged, against Node's own walk that only asks for sizes. */
export async function listingBench(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'refoley-listing-'));
  try {
    const root = join(folder, 'sounds');
    buildTree(root);
    const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
    const source = catalogue.sources.put(root, 'folder', null);
    const list = () => listSource({ catalogue }, source, emptyTally());
    // Once, so that all of them find names and sizes in the system's memory.
    await walkTree(root);
    const walk = await measure(() => walkTree(root));
    const first = await measure(list);
    const again = await measure(list);
    catalogue.close();
    return {
      'listing 100,000 files, files/s': SIZE / first.seconds,
      'the same by processor time': SIZE / first.cpu,
      'listing them again unchanged, s': again.seconds,
      'the same in processor time, s': again.cpu,
      'walk by readdir and stat, files/s': SIZE / walk.seconds,
      'listing / walk, processor time': first.cpu / walk.cpu,
      'listing again / walk, processor time': again.cpu / walk.cpu,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function buildTree(root: string): void {
  for (let folder = 0; folder < FOLDERS; folder++) {
    const path = join(root, `library ${folder % 40}`, `Doors ${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES; file++)
      writeFileSync(join(path, `DOORWood_Old Door Creak ${folder}-${file}_AB_LIB.wav`), 'RIFF');
  }
}

async function walkTree(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  let bytes = 0;
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    const facts = await Promise.all(some.map(({ parentPath, name }) => stat(join(parentPath, name))));
    for (const { size } of facts) bytes += size;
  }
  return bytes;
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}
