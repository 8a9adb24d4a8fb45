import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stableAudio3Schema, type StableAudio3Manifest } from '#core/pack/checkpointManifest.ts';
import type { PartName } from '#core/pack/manifest.ts';
import type { Canvas } from '#core/pipeline/canvas.ts';
import { generate } from '#core/pipeline/generate.ts';
import { memoryNeed } from '#core/pipeline/memoryNeed.ts';
import type { Stereo } from '#core/pipeline/encodeNeighbours.ts';
import type { GraphRunner, Tensor, Tensors } from '#core/pipeline/parts.ts';
import { rowByRow } from '#core/pipeline/rowByRow.ts';
import { checkSettings } from '#core/pipeline/settings.ts';
import { createTestPack } from '#core/pipeline/testPack.ts';
import { createTokenizer } from '#core/text/tokenizer.ts';
import { loadPack, type RunningPack } from '../inference/loadPack.ts';
import { addPack } from '../packs/addPack.ts';
import { requireTakes, type TakePack } from '../packs/pack.ts';
import { expectAgreement, recipeSchema, summarySchema, tensorOf } from './testing/goldenCases.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';
import { take, takeSchema } from './testing/stableAudio3Take.ts';

/** Written by `training/make_goldens.py stable_audio_3` from the reference implementation. */
const goldens = new URL('goldens/stable-audio-3/', import.meta.url);
const golden = z
  .object({
    sampleRate: z.number(),
    seed: z.number(),
    prompt: z.array(z.number()),
    parts: z.record(
      z.string(),
      z.object({
        parts: z.array(z.string()),
        inputs: z.record(z.string(), recipeSchema),
        outputs: z.record(z.string(), summarySchema),
      }),
    ),
    tokens: z.array(z.object({ text: z.string(), ids: z.array(z.number()) })),
    takes: z.record(z.string(), takeSchema.extend({ waveform: summarySchema })),
  })
  .parse(JSON.parse(readFileSync(new URL('cases.json', goldens), 'utf8')));

let root: string;
let pack: RunningPack<TakePack['manifest']>;
let manifest: StableAudio3Manifest;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-stable-audio-3-'));
  await addSmallTemplates(root, 'stable-audio-3');
  const folders = {
    ...{ addedPacksFolder: join(root, 'packs'), packFolders: [join(root, 'packs')] },
    templateFolders: [join(root, 'templates')],
  };
  const published = await writeSmallModel(join(root, 'published'), 'stable-audio-3');
  pack = requireTakes(await loadPack((await addPack(folders, published, {})).folder));
  manifest = stableAudio3Schema.parse(pack.manifest);
}, 60_000);
afterAll(async () => {
  await pack.sessions.close();
  await rm(root, { recursive: true, force: true });
});

describe('a small Stable Audio 3 with random weights agrees with the reference', () => {
  it.each(Object.keys(golden.parts))('in its %s', async (name) => {
    const { parts, inputs, outputs } = golden.parts[name]!;
    const feeds: Record<string, Tensor> = {};
    for (const [key, recipe] of Object.entries(inputs))
      feeds[key] = (await tensorOf(recipe)) as unknown as Tensor;
    for (const part of parts)
      Object.assign(feeds, await pack.run(part as PartName, await known(part, feeds)));
    for (const [key, output] of Object.entries(outputs))
      expectAgreement(feeds[key] as { dims: number[]; data: Float32Array } | undefined, output);
  });

  it.each(Object.keys(golden.takes))('in a whole take: %s', async (name) => {
    const { waveform, ...request } = golden.takes[name]!;
    const slow = { ...manifest, audio: { ...manifest.audio, sampleRate: golden.sampleRate } };
    expectAgreement(await take(request, golden.prompt, golden.seed, slow, pack.run), waveform);
  });
});

describe('a pack of it', () => {
  const settings = { prompt: 'a gate', seed: 3, duration: 0.3, steps: 3, sampleRate: 44_100, start: 0 };
  const shown: number[] = [];
  const run: GraphRunner = (part, inputs) => {
    if (part === 'dit') shown.push(inputs['latent']?.dims[0] ?? 0);
    return pack.run(part, inputs);
  };
  const make = async (
    asked: object,
    sounds: readonly Float32Array[] = [],
    canvas?: Canvas,
    stereo?: Stereo,
  ) => {
    shown.length = 0;
    const neighbours = sounds.map((samples) => ({ samples, caption: 'a bell', weight: 1, stereo }));
    const checked = checkSettings({ ...settings, ...asked }, pack.manifest);
    return generate(checked, neighbours, { ...pack, run, ears: createTestPack().ears }, {}, canvas);
  };
  const sine = (frequency: number) =>
    Float32Array.from({ length: 1323 }, (_, n) => 0.7 * Math.sin(n * frequency));

  it('makes stereo at 44.1 kHz, as long as asked, and the same again of the same seed', async () => {
    const { channels } = await make({ candidate: 0 });
    expect(channels.map(({ length }) => length)).toEqual([13_230, 13_230]);
    expect(channels[0]).not.toEqual(channels[1]);
    expect((await make({ candidate: 0 })).channels).toEqual(channels);
    expect((await make({ candidate: 1 })).channels).not.toEqual(channels);
  });

  it('begins with a neighbour as far as the recipe says', async () => {
    const alone = await make({}, [sine(0.5)]);
    expect(alone.influence).toEqual([0]);
    const begun = await make({ start: 0.5 }, [sine(0.5)]);
    expect(begun.influence).toEqual([1]);
    expect((await make({ start: 0.5 }, [sine(1.1)])).channels).not.toEqual(begun.channels);
  });

  it('begins with both channels of a neighbour that has two', async () => {
    const begun = (stereo?: Stereo) => make({ start: 0.5 }, [sine(0.5)], undefined, stereo);
    const mono = (await begun()).channels;
    expect((await begun([sine(0.5), sine(0.5)])).channels).toEqual(mono);
    const [one, other] = [
      await begun([sine(0.5), new Float32Array(1323)]),
      await begun([new Float32Array(1323), sine(0.5)]),
    ];
    expect(one.channels).not.toEqual(mono);
    expect(one.channels).not.toEqual(other.channels);
  });

  it('is shown one row where its guidance does not act, which is as without', async () => {
    const guided = { sampler: 'euler', guidance: 4, candidate: 0 };
    await make({ ...guided, guidanceInterval: { from: 0.3, to: 0.7 } });
    expect(shown).toEqual([1, 2, 1]);
    const { channels } = await make({ ...guided, guidanceInterval: { from: 0, to: 0.1 } });
    expect(shown).toEqual([1, 1, 1]);
    const [left] = (await make({ ...guided, guidance: 1 })).channels;
    channels[0].forEach((value, n) => expect(value).toBeCloseTo(left[n]!, 5));
  });

  it('makes the same with one row of its guidance after another', async () => {
    const guided = { ...settings, sampler: 'euler', guidance: 4, candidate: 0 };
    const checked = checkSettings(guided, pack.manifest);
    const alone = { ...pack, run: rowByRow(run), ears: createTestPack().ears };
    const together = (await make(guided)).channels[0];
    shown.length = 0;
    const [left] = (await generate(checked, [], alone)).channels;
    expect(shown).toEqual([1, 1, 1, 1, 1, 1]);
    left.forEach((value, n) => expect(value).toBeCloseTo(together[n]!, 4));
  });

  it('needs at full size what was measured, and little more', () => {
    const parameters = {
      ...{ textEncoder: 281_580_288, conditioner: 45_812_480, dit: 413_516_544 },
      ...{ autoencoderEncoder: 53_729_305, autoencoderDecoder: 54_515_225 },
    };
    const { parts } = manifest;
    const sized = Object.entries(parameters).map(([name, count]) => [
      name,
      { ...parts[name as keyof typeof parts], parameters: count },
    ]);
    const full: StableAudio3Manifest = {
      ...manifest,
      audio: { ...manifest.audio, sampleRate: 44_100 },
      latent: { channels: 256, samplesPerFrame: 4096, chunkFrames: 2 },
      parts: Object.fromEntries(sized) as typeof parts,
    };
    // Random weights in sessions of one process, each run once for 10 s (docs/providers.md).
    const measured = 4158e6;
    const need = memoryNeed(full, { duration: 10, rows: 1 }, () => true);
    expect(need).toBeGreaterThan(measured);
    expect(need).toBeLessThan(1.2 * measured);
    // The transformer alone, two rows of 120 s: 920 MiB beside its weights.
    const ofRows = (rows: number, duration: number) =>
      memoryNeed(full, { duration, rows }, (part) => part === 'dit');
    expect(ofRows(2, 120) - ofRows(0, 120)).toBeGreaterThan(0.9 * 965e6);
  });

  it('fits a part to what is around it', async () => {
    const part = (frequency: number) => make({}, [], { samples: sine(frequency), start: 0.1, end: 0.2 });
    const { channels } = await part(0.5);
    expect(channels[0].length).toBe(4410);
    expect((await part(1.1)).channels).not.toEqual(channels);
  });

  it('says which samplers it has, and how long its takes may be', () => {
    expect(() => checkSettings({ ...settings, sampler: 'ddim' }, manifest)).toThrow(
      /take pingpong, euler, dpmpp/,
    );
    expect(checkSettings({ ...settings, duration: 60 }, manifest).duration).toBe(60);
    expect(() => checkSettings({ ...settings, duration: 400 }, manifest)).toThrow(/between 0.2 and 384/);
  });
});

describe('the kind of tokenizer that it comes with', () => {
  const json: unknown = JSON.parse(readFileSync(new URL('tokenizer.json', goldens), 'utf8'));
  const config = { tokenizer_class: 'GemmaTokenizer', pad_token: '<pad>' };

  it.each(golden.tokens)('splits as Hugging Face does: $text', ({ text, ids }) => {
    const encoded = createTokenizer(json, { ...config, add_bos_token: false }).encode(text, 64);
    expect(encoded.ids).toEqual([...ids, ...Array<number>(64 - ids.length).fill(0)]);
  });

  it('begins with a token of its own where its configuration does not say otherwise', () => {
    const { text, ids } = golden.tokens[0]!;
    expect(createTokenizer(json, config).encode(text, ids.length + 1).ids).toEqual([2, ...ids]);
  });
});

/** Of the feeds those that the part takes. */
async function known(part: string, feeds: Readonly<Record<string, Tensor>>): Promise<Tensors> {
  const inputs = await pack.sessions.inputs(part as PartName);
  return Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]!]));
}
