import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AudiogenManifest } from '#core/pack/checkpointManifest.ts';
import { generate, type Progress } from '#core/pipeline/generate.ts';
import { createAudiogenModel } from '#core/pipeline/models/audiogen.ts';
import { drawsTokens } from '#core/pipeline/models/createModel.ts';
import { checkSettings, type RequestedSettings } from '#core/pipeline/settings.ts';
import { createTestPack } from '#core/pipeline/testPack.ts';
import { loadPack, type RunningPack } from '../inference/loadPack.ts';
import { addPack } from '../packs/addPack.ts';
import { requireTakes, type TakePack } from '../packs/pack.ts';
import { expectAgreement, summarySchema } from './testing/goldenCases.ts';
import { numbers } from './testing/numbers.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';

/** Written by `training/make_goldens.py tokens` from transformers' own loop. */
const golden = z
  .object({
    words: z.array(z.number()),
    guidance: z.number(),
    frames: z.number(),
    codes: z.array(z.array(z.number())),
    waveform: summarySchema,
  })
  .parse(JSON.parse(readFileSync(new URL('goldens/audiogen/tokens.json', import.meta.url), 'utf8')));

let root: string;
let pack: RunningPack<TakePack['manifest']>;
let manifest: AudiogenManifest;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-audiogen-'));
  await addSmallTemplates(root, 'audiogen');
  const folders = {
    ...{ addedPacksFolder: join(root, 'packs'), packFolders: [join(root, 'packs')] },
    templateFolders: [join(root, 'templates')],
  };
  const { folder } = await addPack(folders, await writeSmallModel(join(root, 'published'), 'audiogen'), {});
  pack = requireTakes(await loadPack(folder));
  if (!drawsTokens(pack.manifest)) throw new Error('it is no AudioGen');
  manifest = pack.manifest;
}, 60_000);
afterAll(async () => {
  await pack.sessions.close();
  await rm(root, { recursive: true, force: true });
});

const settingsOf = (requested: RequestedSettings = {}) =>
  checkSettings({ prompt: 'a door', seed: 3, duration: 0.2, sampleRate: 16_000, ...requested }, manifest);
const take = (requested: RequestedSettings = {}, watch = {}) =>
  generate(settingsOf(requested), [], { ...pack, ears: createTestPack().ears }, watch);

describe('a small AudioGen', () => {
  it('makes of words the tokens and the sound that transformers makes of them', async () => {
    const { words, guidance, frames, codes, waveform } = golden;
    const likeliest = { ...manifest, tokens: { ...manifest.tokens, topK: 1 } };
    const model = createAudiogenModel(likeliest, numbers, pack.run);
    const duration = (frames * manifest.tokens.samplesPerFrame) / manifest.audio.sampleRate;
    const teller = await model.condition({ ...settingsOf(), prompt: words.join(' '), guidance, duration });
    const drawn = await teller.draw(0, () => undefined);
    expect(drawn).toEqual(codes);
    const [data] = await model.decode(drawn);
    expectAgreement({ dims: [1, data.length], data }, waveform);
  });

  it('makes a take of a seed, the same again, and others of other seeds, words and texts to keep away from', async () => {
    const [made] = (await take()).channels;
    expect(made).toHaveLength(3200);
    expect((await take()).channels[0]).toEqual(made);
    for (const other of [{ seed: 4 }, { prompt: 'rain' }, { negative: 'rain' }, { guidance: 1 }])
      expect((await take(other)).channels[0], JSON.stringify(other)).not.toEqual(made);
  });

  it('keeps the best of several candidates, which is then made alone', async () => {
    const { channels, candidate } = await take({ candidates: 3 });
    expect((await take({ candidates: 3, candidate })).channels).toEqual(channels);
    const each = await Promise.all([0, 1, 2].map((index) => take({ candidate: index })));
    expect(new Set(each.map((one) => String(one.channels[0])))).toHaveProperty('size', 3);
  });

  it('tells of every token of every candidate, and stops between two', async () => {
    const told: Progress[] = [];
    const signal = { aborted: false };
    const progress = (now: Progress) => {
      told.push(now);
      signal.aborted = now.stage === 'sample' && now.done === 15;
    };
    await expect(take({ candidates: 2 }, { progress, signal })).rejects.toMatchObject({ kind: 'cancelled' });
    // 0.2 s are ten frames, and each codebook begins a step after the one before it.
    const steps = 10 + manifest.tokens.codebooks - 1;
    expect(told.filter(({ stage }) => stage === 'sample').map(({ done }) => done)).toEqual(
      Array.from({ length: 16 }, (_, done) => done),
    );
    expect(told.at(-1)).toEqual({ stage: 'sample', done: 15, of: 2 * steps });
  });

  it.each([
    [{ steps: 20 }, /is not asked for a number of steps/],
    [{ start: 0.3, retrieval: 'both' }, /cannot begin from a sound/],
    [{ libraryGuidance: 2 }, /no weight of the library/],
    [{ guidanceInterval: { from: 0, to: 0.5 } }, /no guidance interval/],
    [{ sampler: 'ddim' }, /no such sampler: take tokens/],
    [{ duration: 10.2 }, /between 0.2 and 10 seconds/],
  ])('refuses %o, of which it knows nothing', (requested, message) => {
    expect(() => settingsOf(requested)).toThrow(message);
  });
});
