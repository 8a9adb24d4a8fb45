import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refoleyManifestSchema } from '#core/pack/refoleyManifest.ts';
import { findPack, findPacks } from './findPacks.ts';
import { openPack } from './openPack.ts';
import { readPackFile } from './readPackFile.ts';
import { writePack } from './testing/writePack.ts';
import { verifyPack } from './verifyPack.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-packs-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('openPack', () => {
  it('hashes the files, not the words of the manifest', async () => {
    const one = await openPack(await writePack(join(root, 'one')));
    const same = await openPack(await writePack(join(root, 'same'), { description: 'the same models' }));
    expect(same.sha256).toBe(one.sha256);
    const { graphs } = refoleyManifestSchema.parse(one.manifest);
    const other = await openPack(
      await writePack(join(root, 'other'), { graphs: { ...graphs, unet: graphs.vaeEncoder } }),
    );
    expect(other.sha256).not.toBe(one.sha256);
    expect(graphs.unet.file).toBe('unet.onnx');
  });

  it.each([
    ['a missing manifest', undefined, 'corrupt'],
    ['no JSON', '{', 'corrupt'],
    ['nothing in it', '{}', 'corrupt'],
    ['a file outside its folder', '{"format":1,"tokenizer":{"file":"../x"}}', 'corrupt'],
    ['a newer format', '{"format":3}', 'unavailable'],
  ])('refuses %s', async (_, text, kind) => {
    if (text !== undefined) await writeFile(join(root, 'manifest.json'), text);
    await expect(openPack(root)).rejects.toMatchObject({ kind });
  });
});

describe('readPackFile', () => {
  it('gives the bytes of a file that is whole, and refuses any other', async () => {
    const pack = await openPack(await writePack(root));
    const { unet, vocoder } = refoleyManifestSchema.parse(pack.manifest).graphs;
    expect(new TextDecoder().decode(await readPackFile(pack, unet))).toBe('unet.onnx');
    await writeFile(join(root, 'unet.onnx'), 'unet.onny');
    await expect(readPackFile(pack, unet)).rejects.toMatchObject({ kind: 'corrupt' });
    await rm(join(root, 'vocoder.onnx'));
    await expect(readPackFile(pack, vocoder)).rejects.toMatchObject({ kind: 'corrupt' });
  });
});

describe('verifyPack', () => {
  it('names the files that are damaged', async () => {
    const pack = await openPack(await writePack(root));
    expect((await verifyPack(pack)).filter(({ problem }) => problem)).toEqual([]);
    await writeFile(join(root, 'audioMae.onnx'), '');
    const problems = (await verifyPack(pack)).filter(({ problem }) => problem);
    expect(problems.map(({ file }) => file)).toEqual(['audioMae.onnx']);
  });
});

describe('findPacks', () => {
  it('lists each pack once, damaged ones too, and passes over folders that are not there', async () => {
    const [shipped, added] = [join(root, 'shipped'), join(root, 'added')];
    await writePack(join(shipped, 'starter'));
    await writePack(join(added, 'starter'));
    await mkdir(join(added, 'broken'), { recursive: true });
    const packs = await findPacks([shipped, added, join(root, 'nowhere')]);
    expect(packs.map(({ name, folder }) => [name, folder])).toEqual([
      ['starter', join(shipped, 'starter')],
      ['broken', join(added, 'broken')],
    ]);
    expect((await findPack('starter', [shipped, added])).folder).toBe(join(shipped, 'starter'));
    await expect(findPack('broken', [added])).rejects.toMatchObject({ kind: 'corrupt' });
    await expect(findPack('other', [shipped])).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('starter'),
    });
  });
});
