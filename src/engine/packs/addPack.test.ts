import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPack, removePack, type PackFolders } from './addPack.ts';
import { downloadPack, lookUpPack } from './downloadPack.ts';
import { findPack } from './findPacks.ts';
import { writePack } from './testing/writePack.ts';
import { verifyPack } from './verifyPack.ts';

let root: string;
let folders: PackFolders;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-add-'));
  const addedPacksFolder = join(root, 'data', 'packs');
  const packFolders = [join(root, 'shipped'), addedPacksFolder];
  folders = { addedPacksFolder, packFolders, templateFolders: [join(root, 'templates')] };
  await writePack(join(root, 'shipped', 'starter'), { name: 'starter' });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const given = () => join(root, 'given');
const added = (): Promise<string[]> => readdir(folders.addedPacksFolder).catch(() => []);

describe('addPack', () => {
  it('copies a pack that verifies under its own name, and refuses it twice', async () => {
    await writePack(given());
    const pack = await addPack(folders, given(), {});
    expect(pack.folder).toBe(join(folders.addedPacksFolder, 'test'));
    expect((await verifyPack(pack)).filter(({ problem }) => problem)).toEqual([]);
    expect(await readFile(join(pack.folder, 'manifest.json'), 'utf8')).toBe(
      await readFile(join(given(), 'manifest.json'), 'utf8'),
    );
    await expect(addPack(folders, given(), {})).rejects.toMatchObject({ kind: 'input' });
    expect(await added()).toEqual(['test']);
  });

  it.each([
    ['is damaged', (folder: string) => writeFile(join(folder, 'unet.onnx'), 'unet.onnY'), 'corrupt'],
    [
      'is longer than it says',
      (folder: string) => writeFile(join(folder, 'unet.onnx'), 'unet.onnx+'),
      'corrupt',
    ],
    ['is missing', (folder: string) => rm(join(folder, 'vocoder.onnx')), 'not-found'],
  ])('leaves nothing behind when a file %s', async (_, damage, kind) => {
    await writePack(given());
    await damage(given());
    await expect(addPack(folders, given(), {})).rejects.toMatchObject({ kind });
    expect(await added()).toEqual([]);
  });

  it.each([
    ['Tango', 'pytorch_model_main.bin', 'tango'],
    ['AudioGen', 'compression_state_dict.bin', 'audiogen'],
  ])('says how the pickles of %s become files without code', async (title, file, converter) => {
    await mkdir(given());
    await writeFile(join(given(), file), '');
    await expect(addPack(folders, given(), {})).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(
        new RegExp(`is a pickle.*published ${converter} FOLDER OUT --t5 T5.*${title}`),
      ),
    });
  });

  it('takes no other model of transformers for AudioGen', async () => {
    await mkdir(given());
    await writeFile(join(given(), 'config.json'), JSON.stringify({ model_type: 'whisper' }));
    await expect(addPack(folders, given(), {})).rejects.toThrow('holds a whisper');
    await writeFile(join(given(), 'config.json'), JSON.stringify({ model_type: 'musicgen' }));
    await expect(addPack(folders, given(), {})).rejects.toThrow('is no whole AudioGen');
  });

  it('leaves nothing behind when it is cancelled', async () => {
    await writePack(given());
    const controller = new AbortController();
    const work = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(addPack(folders, given(), work)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await added()).toEqual([]);
  });

  it('never takes the place of another pack', async () => {
    await writePack(given(), { name: 'starter' });
    await expect(addPack(folders, given(), {})).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('removePack', () => {
  it('deletes an added pack, and never one that ships with the app', async () => {
    await addPack(folders, await writePack(given()), {});
    await removePack(folders, 'test');
    expect(await added()).toEqual([]);
    await expect(removePack(folders, 'test')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(removePack(folders, 'starter')).rejects.toMatchObject({ kind: 'input' });
    await findPack('starter', folders.packFolders);
  });

  it('deletes a damaged one, too', async () => {
    await mkdir(join(folders.addedPacksFolder, 'broken'), { recursive: true });
    await removePack(folders, 'broken');
    expect(await added()).toEqual([]);
  });
});

describe('downloadPack', () => {
  let server: Server;
  let asked: string[];
  let redirect: string | undefined;
  beforeEach(async () => {
    asked = [];
    redirect = undefined;
    server = createServer((request, response) => {
      const name = (request.url ?? '').slice(1);
      asked.push(name);
      if (redirect !== undefined) {
        response.writeHead(302, { location: redirect }).end();
        return;
      }
      readFile(join(given(), name)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it('fetches the manifest alone, then what was agreed to', async () => {
    await writePack(given());
    const offered = await lookUpPack(address(), {});
    expect(asked).toEqual(['manifest.json']);
    expect(offered.manifest.name).toBe('test');
    expect(offered.bytes).toBeGreaterThan(0);
    const pack = await downloadPack(folders, { address: address(), sha256: offered.sha256 }, {});
    expect((await verifyPack(pack)).filter(({ problem }) => problem)).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length - 1);
  });

  it('fetches nothing when the manifest is another by then', async () => {
    await writePack(given());
    const { sha256 } = await lookUpPack(address(), {});
    await writePack(given(), { description: 'another' });
    asked = [];
    await expect(downloadPack(folders, { address: address(), sha256 }, {})).rejects.toMatchObject({
      kind: 'corrupt',
    });
    expect(asked).toEqual(['manifest.json']);
  });

  it('refuses what is not https, directly or by a redirect, before it asks', async () => {
    for (const unsafe of ['http://example.com/pack', 'file:///etc/passwd', 'ftp://127.0.0.1/', 'pack', '']) {
      await expect(lookUpPack(unsafe, {})).rejects.toMatchObject({ kind: 'input' });
    }
    redirect = 'http://example.com/manifest.json';
    await expect(lookUpPack(address(), {})).rejects.toMatchObject({ kind: 'input' });
    redirect = `${address()}/again`;
    await expect(lookUpPack(address(), {})).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('says what is missing, and leaves nothing behind', async () => {
    await expect(lookUpPack(address(), {})).rejects.toMatchObject({ kind: 'unavailable' });
    await writePack(given());
    const { sha256 } = await lookUpPack(address(), {});
    await writeFile(join(given(), 'unet.onnx'), 'x'.repeat(100));
    await expect(downloadPack(folders, { address: address(), sha256 }, {})).rejects.toMatchObject({
      kind: 'corrupt',
    });
    expect(await added()).toEqual([]);
  });
});
