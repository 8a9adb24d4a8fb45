import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { openCatalogue, type Catalogue } from '#engine/catalogue/open.ts';
import type { SoundDraft } from '#engine/catalogue/sound.ts';
import { exactIndex } from '#engine/index/exactIndex.ts';
import { openLibraryIndexes } from '#engine/index/libraryIndexes.ts';
import { setVectors } from '#engine/index/setVectors.ts';
import type { VectorIndex } from '#engine/index/vectorIndex.ts';
import { createChildPort } from '#engine/inference/childPort.ts';
import { createInference } from '#engine/inference/host.ts';
import { scattered, share } from './scatter.ts';

const MODEL = 'bench';
const DIMENSION = 512;
/** Sounds come in kinds: vectors scatter around so many centres. */
const KINDS = 500;
/** As far from their centre, at most, as the centre is from nothing: some sounds are typical of their kind, others not. */
const SCATTER = 1;
const WANTED = 10;
const QUERIES = 50;
const BATCH = 5000;
/** Words, and in one of how many captions they are. */
const EVERY = [
  ['door', 10],
  ['gravel', 30],
] as const;
/** Files that a search fuses by rank. */
const PAGE = 100;

/** A library of made-up sounds: how large its catalogue is, how long its index takes, and how fast and right a search is. */
export async function searchBench(size: number, withAudio: boolean): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'refoley-bench-'));
  const inference = createInference(createChildPort);
  const catalogue = openCatalogue(join(folder, 'catalogue.sqlite'));
  try {
    const filling = elapsed();
    fill(catalogue, size, withAudio);
    const filled = filling();
    const before = process.memoryUsage().rss;
    const indexes = openLibraryIndexes({
      catalogue,
      folder,
      model: MODEL,
      warn: (line) => process.stderr.write(`${line}\n`),
      build: (job) => inference.run('buildIndex', job),
    });
    const building = elapsed();
    await indexes.get('captions');
    await indexes.settle();
    const built = building();
    const { peakMemory } = await inference.run('ping', undefined);
    const index = await indexes.get('captions');
    const queries = Array.from({ length: QUERIES }, (_, query) => soundVector(size + query));
    const searching = timePerQuery(index, queries);
    const exact = exactIndex(setVectors(catalogue.embeddings, 'captions', MODEL));
    const few = queries.slice(0, Math.max(5, Math.round((QUERIES * 20_000) / size)));
    const scanning = timePerQuery(exact, few);
    const name = `${size.toLocaleString('en')} sounds`;
    return {
      [`${name}: written to the catalogue in, s`]: filled,
      [`${name}: catalogue, MB`]: (await stat(catalogue.path)).size / 1e6,
      [`${name}: index built in, s`]: built,
      [`${name}: memory of the builder, MB`]: peakMemory / 1e6,
      [`${name}: memory of the index, MB`]: (process.memoryUsage().rss - before) / 1e6,
      [`${name}: nearest ${WANTED}, ms`]: searching,
      [`${name}: nearest ${WANTED} by comparing with every one, ms`]: scanning,
      [`${name}: every one / index`]: scanning / searching,
      [`${name}: recall at ${WANTED}`]: recall(index, exact, few),
      ...Object.fromEntries(
        EVERY.map(([word, nth]) => [
          `${name}: first page of a word in every ${nth}th, ms`,
          median(() => catalogue.words.search(word, PAGE)),
        ]),
      ),
    };
  } finally {
    inference.close();
    catalogue.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function fill(catalogue: Catalogue, size: number, withAudio: boolean): void {
  const source = catalogue.sources.put('/bench', 'folder', null);
  for (let from = 0; from < size; from += BATCH) {
    catalogue.write(() => {
      const epoch = catalogue.bumpEpoch();
      for (let sound = from; sound < Math.min(size, from + BATCH); sound++) {
        const file = {
          relativePath: `kind ${sound % KINDS}/sound ${sound}.wav`,
          bytes: 1e6 + sound,
          mtimeMs: 0,
        };
        const id = catalogue.sounds.put(catalogue.files.add(source.id, file), draft(sound));
        const vector = soundVector(sound);
        catalogue.embeddings.put(id, 'text', MODEL, epoch, vector);
        if (withAudio) catalogue.embeddings.put(id, 'audio', MODEL, epoch, vector);
      }
    });
  }
}

function draft(sound: number): SoundDraft {
  const words = EVERY.map(([word, nth]) => (sound % nth === 0 ? `, ${word}` : ''));
  return {
    part: 'file',
    start: 0,
    end: null,
    caption: `sound ${sound} of kind ${sound % KINDS}, heavy, close${words.join('')}`,
    captionFrom: 'name',
    catId: null,
    tags: [`kind ${sound % KINDS}`],
    licence: '',
    author: '',
    mayCondition: true,
    decided: [],
    label: '',
    imported: {},
  };
}

const centres = gaussianNoise(1, KINDS * DIMENSION);

function soundVector(sound: number): Float32Array {
  const centre = (sound % KINDS) * DIMENSION;
  return scattered(centres.subarray(centre, centre + DIMENSION), sound, SCATTER * share(sound));
}

function elapsed(): () => number {
  const began = performance.now();
  return () => (performance.now() - began) / 1000;
}

function timePerQuery(index: VectorIndex, queries: readonly Float32Array[]): number {
  const began = performance.now();
  for (const query of queries) index.search(query, WANTED);
  return (performance.now() - began) / queries.length;
}

/** Milliseconds. */
function median(work: () => unknown): number {
  const times = Array.from({ length: 9 }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return times.toSorted((a, b) => a - b)[4]!;
}

function recall(index: VectorIndex, exact: VectorIndex, queries: readonly Float32Array[]): number {
  const shares = queries.map((query) => {
    const right = new Set(exact.search(query, WANTED).ids);
    return index.search(query, WANTED).ids.filter((id) => right.has(id)).length / WANTED;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
