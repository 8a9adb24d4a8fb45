import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openCatalogue } from '../../catalogue/open.ts';
import type { Catalogue } from '../../catalogue/open.ts';
import type { EmbeddingSet } from '../../catalogue/embeddings.ts';
import { exactIndex } from '../../index/exactIndex.ts';
import { setVectors } from '../../index/setVectors.ts';
import type { LibraryIndexes } from '../../index/libraryIndexes.ts';
import type { VectorIndex } from '../../index/vectorIndex.ts';
import type { Retrieval } from '../match.ts';
import { hashVector, temporaryFolder } from './fakeLibrary.ts';

const MODEL = 'fake';
/** As between paths that differ: a caption is nearer to a text than audio is. */
const CALIBRATION = { textToText: { mean: 0.1, std: 0.2 }, textToAudio: { mean: 0, std: 0.25 } };
const RATES = [44_100, 48_000, 96_000] as const;
const LICENCES = ['', 'CC BY 4.0', 'cc-by-nc', 'CC0'] as const;
const CAT_IDS = [null, 'DOORWood', 'DOORMetl', 'VEHFrght'] as const;
const WORDS = ['gate', 'door', 'creak', 'slam', 'rain', 'wind', 'dog', 'bark'] as const;

export interface SearchableLibrary extends Retrieval {
  /** Writes past the catalogue, as another window of the app does. */
  readonly other: Database.Database;
  close(): void;
}

/**
 * A library of `files` files with every property that can be asked for, without the files: a third has no caption, every
 * seventh has three events, every eleventh is missing, every thirteenth was not heard; the third of three sources is offline.
 *
 * @param reach how many hits the indexes give at most: a graph does not reach all its vectors
 */
export function searchableLibrary(files: number, reach = Infinity): SearchableLibrary {
  const folder = temporaryFolder();
  const path = join(folder.path, 'catalogue.db');
  const catalogue = openCatalogue(path);
  const other = new Database(path);
  const sources = ['/fx/Boom Library', '/fx/kaboom', '/fx/far'].map((name) =>
    catalogue.sources.put(name, 'folder', null),
  );
  catalogue.write(() => {
    for (let n = 0; n < files; n++) addFile(catalogue, sources[n % 3]?.id ?? 0, n);
  });
  catalogue.sources.setOffline(sources[2]?.id ?? 0, true);
  other.exec(`
    UPDATE sounds SET rating = id % 6, favourite = id % 5 = 0, may_condition = id % 4 <> 0;
    UPDATE files SET missing = id % 11 = 0, synthetic = id % 10 = 3, bits = iif(id % 6 = 0, NULL, bits);
    UPDATE files SET stage = 'listed' WHERE id % 13 = 0;
    INSERT INTO collections (name, added_at) VALUES ('Rain, heavy', 0), ('Ärger', 0);
    INSERT INTO collection_sounds SELECT 1, id FROM sounds WHERE id % 17 = 0;
    INSERT INTO collection_sounds SELECT 2, id FROM sounds WHERE id % 19 = 0;
  `);
  return {
    catalogue,
    indexes: exactIndexes(catalogue, reach),
    calibration: CALIBRATION,
    model: MODEL,
    other,
    close() {
      other.close();
      catalogue.close();
      folder.remove();
    },
  };
}

function addFile(catalogue: Catalogue, sourceId: number, n: number): void {
  const pick = <T>(values: readonly T[], by: number): T => values[by % values.length]!;
  const relativePath = `${n}.wav`;
  const id = catalogue.files.add(sourceId, { relativePath, bytes: 1, mtimeMs: 1 });
  const format = {
    seconds: 0.5 + (n % 40) / 8,
    sampleRate: pick(RATES, n),
    channels: 1 + (n % 2),
    bits: 16 + 8 * (n % 3),
  };
  // Every 50th has the bytes of the one before it.
  const sha256 = `content ${n % 50 === 0 ? n - 1 : n}`;
  catalogue.files.markAnalysed(id, { ...format, sha256, loudness: null, truePeak: null });
  const caption =
    n % 3 === 0 ? '' : `${pick(WORDS, n)} ${pick(WORDS, Math.floor(n / 8))} ${pick(WORDS, n * 5)} ${n}`;
  const words = {
    ...{ caption, captionFrom: caption === '' ? ('none' as const) : ('user' as const) },
    ...{ catId: pick(CAT_IDS, Math.floor(n / 2)), licence: pick(LICENCES, Math.floor(n / 3)), author: '' },
    tags: [pick(['wet', 'Wet hall', 'a "wet"', 'Ölfass', '50%_dry'], n), `tag ${n % 7}`],
    ...{ mayCondition: true, decided: [], label: '', imported: {} },
  };
  const put = (part: 'file' | 'event', start: number, end: number | null, seed: string): void => {
    const sound = catalogue.sounds.put(id, { ...words, part, start, end });
    catalogue.embeddings.put(sound, 'audio', MODEL, 1, hashVector(`audio ${seed}`));
    if (caption !== '' && part === 'file')
      catalogue.embeddings.put(sound, 'text', MODEL, 1, hashVector(caption));
  };
  put('file', 0, null, sha256);
  if (n % 7 === 0) for (const k of [0, 1, 2]) put('event', 0.1 * k, 0.1 * k + 0.09, `${sha256} ${k}`);
}

function exactIndexes(catalogue: Catalogue, reach: number): LibraryIndexes {
  const made = new Map<EmbeddingSet, VectorIndex>();
  return {
    get(set) {
      const index = made.get(set) ?? limited(exactIndex(setVectors(catalogue.embeddings, set, MODEL)), reach);
      made.set(set, index);
      return Promise.resolve(index);
    },
    settle: () => Promise.resolve(),
    report: () => Promise.resolve([]),
  };
}

function limited(index: VectorIndex, reach: number): VectorIndex {
  return {
    kind: index.kind,
    size: index.size,
    search: (vector, n) => index.search(vector, Math.min(n, reach)),
    searchAll: (vectors, n, atLeast) => index.searchAll(vectors, Math.min(n, reach), atLeast),
  };
}
