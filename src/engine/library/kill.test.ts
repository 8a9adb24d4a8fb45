import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/open.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { addSource } from './sources.ts';
import { fakeAnalyser, temporaryFolder, writeTone } from './testing/fakeLibrary.ts';

const FILES = 60;
const SCANNER = fileURLToPath(new URL('testing/scanInChild.ts', import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

/** Scans in a child process and kills it soon after it reports that many files. */
async function killedScan(database: string, root: string, atFile: number): Promise<NodeJS.Signals | null> {
  const child = fork(SCANNER, [database, root, String(atFile + 8)], { stdio: 'ignore' });
  child.on('message', (done) => {
    if (done === atFile) setTimeout(() => child.kill('SIGKILL'), 20 * Math.random());
  });
  return new Promise((resolve) => {
    child.on('exit', (_, signal) => {
      resolve(signal);
    });
  });
}

function analysed(catalogue: Catalogue) {
  return catalogue.sounds.list().filter(({ stage }) => stage === 'analysed');
}

describe('a scan that is killed', () => {
  it('leaves whole sounds only, and the next scan completes it', async () => {
    const root = join(folder.path, 'sounds');
    const database = join(folder.path, 'catalogue.db');
    for (let index = 0; index < FILES; index++) writeTone(join(root, `tone ${index}.wav`), index);
    const analyser = fakeAnalyser('slow');

    // Within a batch, as one is written, and again further on; counted from where the scan before it stopped.
    for (const atFile of [1, 16, 17, 1, 12]) {
      expect(await killedScan(database, root, atFile)).toBe('SIGKILL');
      const catalogue = openCatalogue(database);
      expect(catalogue.integrity()).toEqual([]);
      for (const { id } of analysed(catalogue)) {
        expect(catalogue.embeddings.get(id, 'audio', analyser.model)).toBeDefined();
        expect(catalogue.embeddings.get(id, 'text', analyser.model)).toBeDefined();
      }
      catalogue.close();
    }

    const catalogue = openCatalogue(database);
    const before = analysed(catalogue).length;
    expect(before).toBeGreaterThan(0);
    const report = await addSource({ catalogue, analyser }, root);
    expect(report).toMatchObject({ added: FILES - before, unchanged: before, failed: [] });
    expect(catalogue.sounds.count()).toBe(FILES);
    catalogue.close();
  }, 120_000);
});
