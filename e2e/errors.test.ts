import { appendFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyData, emptyFolder, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';
import { sound } from './support/sounds.ts';

const STARTER = fileURLToPath(new URL('../resources/packs/starter', import.meta.url));
const QUICK = ['--duration', '0.4', '--steps', '2'];

let data: DataFolder;
beforeAll(async () => {
  data = await copyData();
});
afterAll(() => data.remove());

const refoley = (...args: string[]) => run([...args, '--data', data.path]);
const generate = (...args: string[]) => refoley('generate', 'door', ...QUICK, ...args);

describe('usage errors', () => {
  it.each([
    [['generate']],
    [['generate', 'door', '--nonsense']],
    [['generate', 'door', '--seed', 'seven']],
    [['generate', 'door', '--pin', 'gate']],
    [['generate', 'door', '--guidance-interval', '0.5']],
    [['library', 'show', '-1']],
    [['nonsense']],
    [[]],
  ])('exit 2 for %j', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('    at ');
  });

  it('exit 0 for help', async () => {
    const { code, stdout, stderr } = await run(['generate', '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--library-guidance');
  });
});

describe('a request that cannot be met', () => {
  it.each([
    [['generate', '']],
    [['generate', '   ']],
    [['generate', 'door', '--duration', '0.1']],
    [['generate', 'door', '--duration', '10.3']],
    [['generate', 'door', '--sampler', 'euler']],
    [['generate', 'door', '--k', '-1']],
    [['generate', 'door', '--k', '1.5']],
    [['generate', 'door', '--retrieval', 'some']],
    [['generate', 'door', '--seed', '-1']],
    [['generate', 'door', '--steps', '0']],
    [['generate', 'door', '--guidance-interval', '0.8..0.2']],
    [['generate', 'door', '--guidance-interval', '0..1.5']],
    [['generate', 'door', '--bits', '8']],
    [['generate', 'door', '--variations', '0']],
    [['generate', 'door', '--pin', '1:0']],
    [['generate', 'door', '--out', '/dev/null/takes']],
    [['generate', 'door', '--out', '/dev/null/take.wav']],
    [['library', 'search', '']],
    [['library', 'search', 'door', '--mode', 'taste']],
    [['library', 'list', '--limit', '0']],
  ])('is an input error: %j', async (args) => {
    expect(errorKind(await refoley(...args))).toBe('input');
  });

  it.each([
    [['generate', 'door', '--pin', '999999']],
    [['generate', 'door', '--ban', '999999']],
    [['generate', 'door', '--pack', 'nonsense']],
    [['library', 'show', '999999']],
    [['library', 'add', '/nowhere/at/all']],
    [['library', 'remove', '/nowhere/at/all']],
    [['library', 'similar', '/nowhere/at/all.wav']],
    [['regenerate', '/nowhere/at/all.wav']],
    [['pack', 'info', 'nonsense']],
  ])('finds nothing: %j', async (args) => {
    expect(errorKind(await refoley(...args))).toBe('not-found');
  });

  it('refuses to regenerate what no take is', async () => {
    const path = join(data.path, 'recording.wav');
    await writeFile(path, sound(1));
    expect(errorKind(await refoley('regenerate', path))).toBe('input');
    await writeFile(path, 'no WAV at all');
    expect(errorKind(await refoley('regenerate', path))).toBe('corrupt');
  });

  it('names the neighbour that a recipe needs and the library lacks', async () => {
    const folder = join(data.path, 'passing');
    await mkdir(folder);
    await writeFile(join(folder, 'zither falls downstairs.wav'), sound(17));
    await runJson(['library', 'add', folder, '--data', data.path]);
    const out = join(data.path, 'zither.wav');
    const args = [
      'generate',
      'zither falls downstairs',
      ...QUICK,
      '--k',
      '1',
      '--out',
      out,
      '--data',
      data.path,
    ];
    const { neighbours } = await runJson(args);
    const kept = join(data.path, 'kept.wav');
    await cp(out, kept);
    expect(neighbours[0].path).toBe(join(folder, 'zither falls downstairs.wav'));

    await rm(folder, { recursive: true });
    expect(errorKind(await refoley('regenerate', out))).toBe('not-found');
    const without = await run([...args, '--json']);
    expect(without.stderr).toMatch(/^note: [^\n]+zither falls downstairs\.wav is gone[^\n]+\n$/);
    expect(JSON.parse(without.stdout).neighbours[0].path).not.toContain('zither');
    await runJson(['library', 'remove', folder, '--data', data.path]);
    const gone = await refoley('regenerate', kept);
    expect(errorKind(gone)).toBe('not-found');
    expect(gone.stderr).toContain('zither falls downstairs.wav');
  });
});

describe('damage', () => {
  it('is found in a graph, and no take is written', async () => {
    const pack = join(data.path, 'packs', 'damaged');
    await cp(STARTER, pack, { recursive: true });
    await appendFile(join(pack, 'unet.onnx'), 'x');
    const out = join(data.path, 'damaged');
    const failed = await generate('--pack', 'damaged', '--out', out);
    expect(errorKind(failed)).toBe('corrupt');
    expect(failed.stderr).toContain('unet.onnx');
    expect(await readdir(out)).toEqual([]);
    const verified = await refoley('pack', 'verify', 'damaged', '--json');
    expect(verified.code).toBe(1);
    expect(verified.stderr).toMatch(/^error: corrupt: [^\n]+\n$/);
    const { ok, files } = JSON.parse(verified.stdout);
    expect(ok).toBe(false);
    expect(files.filter(({ problem }: { problem?: string }) => problem).length).toBe(1);
  });

  it('is found in a manifest', async () => {
    const pack = join(data.path, 'packs', 'no-manifest');
    await mkdir(pack, { recursive: true });
    await writeFile(join(pack, 'manifest.json'), '{"format": 1}');
    expect(errorKind(await generate('--pack', 'no-manifest'))).toBe('corrupt');
    const { packs } = await runJson(['pack', 'list', '--data', data.path]);
    expect(packs.find(({ name }: { name: string }) => name === 'no-manifest').problem).not.toBeNull();
    await rm(pack, { recursive: true });
  });

  it('is found in a catalogue', async () => {
    const other = await emptyFolder();
    await writeFile(join(other.path, 'catalogue.sqlite'), 'x'.repeat(5000));
    expect(errorKind(await run(['library', 'list', '--data', other.path]))).toBe('corrupt');
    expect(errorKind(await run(['generate', 'door', ...QUICK, '--data', other.path]))).toBe('corrupt');
    await other.remove();
  });

  it('is not mistaken for a catalogue of a newer version', async () => {
    const other = await copyData();
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(other.path, 'catalogue.sqlite'));
    database.exec('PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    expect(errorKind(await run(['library', 'list', '--data', other.path]))).toBe('unavailable');
    await other.remove();
  });

  it('is not done to a data folder that is a file', async () => {
    const other = await emptyFolder();
    const path = join(other.path, 'file');
    await writeFile(path, '');
    expect(errorKind(await run(['library', 'list', '--data', path]))).toMatch(/^(input|unavailable)$/);
    await other.remove();
  });
});

describe('a native library that is missing', () => {
  /** Runs the CLI with one package replaced by nothing. */
  const without = (name: string, ...args: string[]) => {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(specifier, context, next) {
        if (specifier === '${name}') throw Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' });
        return next(specifier, context);
      } });`;
    const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(hook)}"`;
    return run([...args, '--data', data.path], { NODE_OPTIONS });
  };

  it.each(['better-sqlite3', 'onnxruntime-node'])('%s: says which command mends it', async (name) => {
    const failed = await without(name, 'generate', 'door', ...QUICK);
    expect(errorKind(failed)).toBe('unavailable');
    expect(failed.stderr).toContain('npm run setup');
  });

  it('FAISS: searches by exact scan, says so, and finds the same', async () => {
    const { results } = await runJson([
      'library',
      'search',
      'creaking door',
      '--mode',
      'meaning',
      '--data',
      data.path,
    ]);
    const search = ['library', 'search', 'creaking door', '--mode', 'meaning', '--json'];
    const { code, stdout, stderr } = await without('faiss-node', ...search);
    expect(code).toBe(0);
    expect(stderr).toContain('FAISS');
    const ids = (found: { results: { id: number }[] }) => found.results.map(({ id }) => id);
    expect(ids(JSON.parse(stdout))).toEqual(ids({ results }));
  });

  it('doctor tells', async () => {
    const { code, stdout } = await without('faiss-node', 'doctor', '--json');
    expect(code).toBe(0);
    const { index, problems } = JSON.parse(stdout);
    expect(index).toBe('exact');
    expect(problems.some(({ mend }: { mend: string }) => mend.includes('npm run setup'))).toBe(true);
  });
});

describe('doctor', () => {
  it('finds this machine fit', async () => {
    const { providers, packs, library, problems } = await runJson(['doctor', '--data', data.path]);
    const cpu = providers.find(({ name }: { name: string }) => name === 'cpu');
    expect(cpu).toMatchObject({ selfTest: 'passed', runs: expect.arrayContaining(['unet', 'vocoder']) });
    expect(packs.map(({ name }: { name: string }) => name)).toContain('starter');
    expect(library.sounds).toBeGreaterThanOrEqual(6);
    expect(
      problems.filter(
        ({ what }: { what: string }) => !what.includes('damaged') && !what.includes('manifest'),
      ),
    ).toEqual([]);
  });
});
