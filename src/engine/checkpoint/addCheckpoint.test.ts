import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from '../files/hashFile.ts';
import { addPack, removePack, type PackFolders } from '../packs/addPack.ts';
import { openPack } from '../packs/openPack.ts';
import { packSession } from '../onnx/packSession.ts';
import { verifyPack } from '../packs/verifyPack.ts';
import { publishedAs } from './publishedAs.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';

let root: string;
let published: string;
let folder: string;
let folders: PackFolders;
const WEIGHTS = 'diffusion_pytorch_model.safetensors';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-checkpoint-'));
  published = await writeSmallModel(join(root, 'published'));
  await addSmallTemplates(join(root, 'data'));
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  const addedPacksFolder = join(root, 'data', 'packs');
  await rm(addedPacksFolder, { recursive: true, force: true });
  folders = {
    addedPacksFolder,
    packFolders: [addedPacksFolder],
    templateFolders: [join(root, 'data', 'templates')],
  };
  folder = join(root, 'Small AudioLDM');
  await rm(folder, { recursive: true, force: true });
  await cp(published, folder, { recursive: true });
});
const added = () => readdir(folders.addedPacksFolder).catch((): string[] => []);
const add = () => addPack(folders, folder, {});

describe('a folder in the layout of AudioLDM', () => {
  it('becomes a pack that points to its weights', async () => {
    const before = await hashFile(join(folder, 'unet', WEIGHTS));
    const { manifest, folder: pack } = await add();
    expect(manifest).toMatchObject({
      ...{ format: 2, family: 'audioldm', name: 'small-audioldm' },
      audio: { sampleRate: 16_000, hop: 160, melBins: 64 },
      latent: { channels: 8, frequency: 16, compression: 4, timeMultiple: 8 },
      scheduler: {
        betaSchedule: 'scaled_linear',
        timestepSpacing: 'usual',
        stepsOffset: 1,
        setAlphaToOne: false,
      },
    });
    const files = (await readdir(pack)).sort();
    expect(files).toEqual(
      [
        ...['manifest.json', 'textEncoder.onnx.gz', 'tokenizer.json', 'tokenizer_config.json'],
        ...['unet.onnx.gz', 'vaeDecoder.onnx.gz', 'vaeEncoder.onnx.gz', 'vocoder.onnx.gz'],
      ].sort(),
    );
    expect(await hashFile(join(folder, 'unet', WEIGHTS))).toBe(before);
    const verified = await verifyPack(await openPack(pack));
    expect(verified.filter(({ problem }) => problem)).toEqual([]);
    expect(verified.map(({ file }) => file)).toContain(`vae/${WEIGHTS}`);
    await expect(add()).rejects.toMatchObject({ kind: 'input' });
  });

  it('tells damaged weights, moved weights and others apart', async () => {
    const pack = await add();
    const load = async () => (await packSession(pack, 'vocoder', { logSeverityLevel: 3 })).release();
    await load();
    const weights = join(folder, 'vocoder', WEIGHTS);
    await utimes(weights, new Date(), new Date());
    await load();
    const bytes = await readFile(weights);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weights, bytes);
    await expect(load()).rejects.toMatchObject({ kind: 'corrupt' });
    expect((await verifyPack(pack)).filter(({ problem }) => problem).map(({ file }) => file)).toEqual([
      `vocoder/${WEIGHTS}`,
    ]);
    await rename(folder, `${folder} elsewhere`);
    await expect(load()).rejects.toMatchObject({ kind: 'not-found' });
    await rm(`${folder} elsewhere`, { recursive: true });
    await removePack(folders, 'small-audioldm');
    expect(await added()).toEqual([]);
  });

  it('is taken as Hugging Face stores it, and refused when a file is not what its name there says', async () => {
    const store = join(root, 'hub', 'models--someone--Small_LDM');
    const snapshot = join(store, 'snapshots', '0123456789abcdef');
    await cp(folder, snapshot, { recursive: true });
    await writeFile(join(snapshot, 'README.md'), '---\ntags:\n- audio\nlicense: cc-by-4.0\n---\n# A model\n');
    await mkdir(join(store, 'blobs'));
    const weights = join(snapshot, 'unet', WEIGHTS);
    const blob = join(store, 'blobs', await hashFile(weights));
    await rename(weights, blob);
    await symlink(join('..', '..', '..', 'blobs', blob.slice(dirname(blob).length + 1)), weights);
    const pack = await addPack(folders, snapshot, {});
    expect(pack.manifest).toMatchObject({
      ...{ name: 'small-ldm', version: '0123456789ab', licence: 'cc-by-4.0' },
      attributions: [{ author: 'someone', source: 'https://huggingface.co/someone/Small_LDM' }],
    });
    await (await packSession(pack, 'unet', { logSeverityLevel: 3 })).release();

    await removePack(folders, 'small-ldm');
    const bytes = await readFile(blob);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(blob, bytes);
    await expect(addPack(folders, snapshot, {})).rejects.toThrow('hash differs');
    expect(await added()).toEqual([]);
  });

  it.each([
    ['its model card', { 'README.md': '---\nlicense: mit\n---\n', 'LICENSE.md': 'MIT' }, 'mit'],
    [
      'terms of its authors',
      { 'README.md': '---\nlicense: other\nlicense_name: "our-terms"\n---\n', 'LICENSE.md': 'Ours' },
      'our-terms, see its LICENSE.md',
    ],
    ['a file alone', { LICENSE: 'Ours' }, 'see its LICENSE'],
    ['a card that names none', { 'README.md': '---\nlicense: other\n---\n' }, 'other'],
    ['nothing', { 'README.md': 'license: mit' }, 'not stated in its folder'],
  ])('is under the licence of %s', async (_, files, licence) => {
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    expect((await publishedAs(folder)).licence).toBe(licence);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'all that is missing',
      async () => {
        await rm(join(folder, 'vocoder'), { recursive: true });
        await rm(join(folder, 'unet', 'config.json'));
        await rm(join(folder, 'tokenizer', 'tokenizer.json'));
      },
      /vocoder.*unet.config\.json.*tokenizer\.json|unet.config\.json.*vocoder.*tokenizer\.json/,
    ],
    [
      'a pickle',
      () => rename(join(folder, 'unet', WEIGHTS), join(folder, 'unet', 'diffusion_pytorch_model.bin')),
      /is a pickle/,
    ],
    [
      'a file that is cut short',
      () => truncate(join(folder, 'unet', WEIGHTS), 5000),
      /safetensors file is damaged/,
    ],
    [
      'weights of another part',
      () => cp(join(folder, 'vae', WEIGHTS), join(folder, 'vocoder', WEIGHTS)),
      /vocoder: conv_pre\.weight is missing.* more/,
    ],
    [
      'a size that there is no graph for',
      () => change('unet', { block_out_channels: [32, 64, 96, 161] }),
      /block_out_channels is \[32,64,96,161\], not \[32,64,96,160\]/,
    ],
    [
      'a model of another kind',
      () => writeIndex('FluxPipeline'),
      /a FluxPipeline, which Refoley has no graphs for/,
    ],
    [
      'a schedule that is not supported',
      () => change('scheduler', { beta_schedule: 'sigmoid' }),
      /beta_schedule/,
    ],
  ])('is refused with %s, and nothing stays behind', async (_, damage, message) => {
    await damage();
    await expect(add()).rejects.toThrow(message);
    expect(await added()).toEqual([]);
  });

  it('is not added when that is given up', async () => {
    const controller = new AbortController();
    const work = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(addPack(folders, folder, work)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await added()).toEqual([]);
  });

  it('cannot be added from the pack that was made of it, which has no weights', async () => {
    const { folder: pack } = await add();
    await expect(addPack(folders, pack, {})).rejects.toThrow('not whole');
  });
});

async function change(part: string, changes: object): Promise<void> {
  const path = join(folder, part, part === 'scheduler' ? 'scheduler_config.json' : 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...config, ...changes }));
}

const writeIndex = (className: string) =>
  writeFile(join(folder, 'model_index.json'), JSON.stringify({ _class_name: className }));
