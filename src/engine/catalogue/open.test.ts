import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { putSound, temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openCatalogue } from './open.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'catalogue.db');
});
afterEach(() => {
  folder.remove();
});

function filled() {
  const catalogue = openCatalogue(path);
  const source = catalogue.sources.put('/sounds', 'folder', null);
  const ids = ['door slam', 'gate creak'].map((caption, index) => {
    const id = putSound(catalogue, source.id, `${index}.wav`, { caption, tags: ['doors'] });
    catalogue.embeddings.put(id, 'audio', 'm', catalogue.bumpEpoch(), new Float32Array([1 - index, index]));
    return id;
  });
  return { catalogue, source, ids };
}

/** What opening does: the error, and that it left the folder as it was. */
function refusal(): RefoleyError {
  const before = readdirSync(folder.path).map(
    (name) => [name, readFileSync(join(folder.path, name))] as const,
  );
  let error: unknown;
  try {
    openCatalogue(path).close();
  } catch (cause) {
    error = cause;
  }
  const after = readdirSync(folder.path).map(
    (name) => [name, readFileSync(join(folder.path, name))] as const,
  );
  expect(after).toEqual(before);
  if (!(error instanceof RefoleyError)) throw new Error('it was opened', { cause: error });
  expect(error.message).not.toContain('\n');
  return error;
}

describe('migrations', () => {
  it('are numbered without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('make a catalogue that opens again as the same one', () => {
    const { catalogue } = filled();
    const { id } = catalogue;
    catalogue.close();
    const again = openCatalogue(path);
    expect(again.id).toBe(id);
    expect(again.sounds.list()).toHaveLength(2);
    expect(again.integrity()).toEqual([]);
    again.close();
  });

  it('bring the first schema up to date with nothing lost', () => {
    const db = new Database(path);
    migrate(db, migrations.slice(0, 1));
    db.exec(`
      INSERT INTO sources VALUES (1, '/sounds', 'folder', NULL, 0);
      INSERT INTO sounds VALUES
        (7, 1, 'a.wav', 0, NULL, 'a wet slap', 'user', 'WATRSplsh', '["wet"]', 2.5, 48000, 2, 24, 10, 20, 'ab', 'CC0', 'Ann', 1, 0, 0, NULL),
        (8, 1, 'a.wav', 1, 2, 'a drip', 'user', NULL, '[]', 1, 48000, 2, 24, 10, 20, 'ab', '', '', 0, 0, 0, NULL),
        (9, 1, 'b.wav', 0, NULL, 'broken', 'name', NULL, '[]', 0, 0, 0, NULL, 5, 6, '', '', '', 1, 0, 0, 'corrupt: no');
    `);
    const vector = new Uint8Array(Float32Array.of(0.6, -0.8).buffer);
    db.prepare(`INSERT INTO embeddings VALUES (1, 7, 'text', 'm', 1, ?)`).run(vector);
    db.close();

    const catalogue = openCatalogue(path);
    expect(catalogue.integrity()).toEqual([]);
    expect(
      catalogue.sounds.list().map(({ id, part, start, end, stage }) => [id, part, start, end, stage]),
    ).toEqual([
      [7, 'file', 0, 2.5, 'analysed'],
      [8, 'region', 1, 2, 'analysed'],
      [9, 'file', 0, 0, 'listed'],
    ]);
    expect(catalogue.sounds.byId(7)).toMatchObject({
      ...{ caption: 'a wet slap', captionFrom: 'user', catId: 'WATRSplsh', licence: 'CC0', author: 'Ann' },
      ...{ sampleRate: 48_000, channels: 2, bits: 24, sha256: 'ab', decided: [] },
      imported: { caption: 'a wet slap', licence: 'CC0', author: 'Ann' },
    });
    expect(catalogue.sounds.byId(8)).toMatchObject({ mayCondition: false, decided: ['caption'] });
    const halves = Array.from(catalogue.embeddings.get(7, 'text', 'm') ?? []);
    expect(halves.map((value) => Math.round(value * 1000))).toEqual([600, -800]);
    expect(catalogue.words.search('slap', 5)).toEqual([7]);
    catalogue.close();
  });

  it('take in a third schema that has an index of the fourth already', () => {
    const db = new Database(path);
    migrate(db, migrations.slice(0, 3));
    db.exec('CREATE INDEX sounds_forbidden ON sounds (id) WHERE may_condition = 0');
    db.close();
    const catalogue = openCatalogue(path);
    expect(catalogue.integrity()).toEqual([]);
    catalogue.close();
  });

  it('complete what was interrupted before its first transaction', () => {
    writeFileSync(path, '');
    const catalogue = openCatalogue(path);
    expect(catalogue.sounds.count()).toBe(0);
    catalogue.close();
  });
});

describe('a catalogue that cannot be opened', () => {
  it('was made by a newer Refoley', () => {
    openCatalogue(path).close();
    const db = new Database(path);
    db.pragma('user_version = 999');
    db.close();
    expect(refusal()).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('newer') as string,
    });
  });

  it.each([
    ['holds something else', () => Buffer.from('caption,file\n'.repeat(40))],
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, 9000)],
    ['has lost its header', (bytes: Buffer) => Buffer.concat([Buffer.alloc(100), bytes.subarray(100)])],
    [
      'has a damaged page',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at > 9000 && at < 60_000 ? 7 : byte))),
    ],
  ])('%s', (_, damage) => {
    filled().catalogue.close();
    writeFileSync(path, damage(readFileSync(path)));
    expect(refusal()).toMatchObject({
      kind: 'corrupt',
      message: expect.stringContaining('move it away') as string,
    });
  });

  it('is a folder', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'x'), '');
    expect(() => openCatalogue(path)).toThrow(expect.objectContaining({ kind: 'input' }) as Error);
  });
});

describe('what a kill leaves', () => {
  it('opens from the write-ahead log', () => {
    const { catalogue } = filled();
    const copy = join(folder.path, 'killed.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    catalogue.close();
    const reopened = openCatalogue(copy);
    expect(reopened.sounds.list().map(({ caption }) => caption)).toEqual(['door slam', 'gate creak']);
    reopened.close();
  });
});

describe('rows', () => {
  it('come back as they were written', () => {
    const { catalogue, ids } = filled();
    expect(catalogue.sounds.byId(ids[0] ?? 0)).toMatchObject({
      path: join('/sounds', '0.wav'),
      ...{ start: 0, end: 1, caption: 'door slam', tags: ['doors'], mayCondition: true, missing: false },
    });
    expect(catalogue.embeddings.get(ids[1] ?? 0, 'audio', 'm')).toEqual(new Float32Array([0, 1]));
    catalogue.close();
  });

  it('go with their source, embeddings and words included, and the epoch tells', () => {
    const { catalogue, source } = filled();
    const before = catalogue.epoch();
    expect(catalogue.words.search('creak', 5)).toHaveLength(1);
    catalogue.write(() => {
      catalogue.sources.remove(source.id);
    });
    expect(catalogue.sounds.count()).toBe(0);
    expect(catalogue.embeddings.count('audio', 'm')).toBe(0);
    expect(catalogue.words.search('creak', 5)).toEqual([]);
    expect(catalogue.epoch()).toBeGreaterThan(before);
    expect(catalogue.integrity()).toEqual([]);
    catalogue.close();
  });

  it('are kept or lost as a whole transaction', () => {
    const { catalogue, source } = filled();
    expect(() =>
      catalogue.write(() => {
        putSound(catalogue, source.id, 'half.wav');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(catalogue.sounds.count()).toBe(2);
    catalogue.close();
  });
});
