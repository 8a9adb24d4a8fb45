import { describe, expect, it } from 'vitest';
import type { NeighbourSound } from './encodeNeighbours.ts';
import { generate } from './generate.ts';
import { melLatentSize } from './models/melLatent.ts';
import { MASKED } from './parts.ts';
import { checkSettings, type RequestedSettings } from './settings.ts';
import { createTestPack, floatInput, testManifest } from './testPack.ts';

const settingsOf = (requested: RequestedSettings = {}) =>
  checkSettings(
    { prompt: 'door', seed: 7, sampler: 'dpmpp', duration: 0.3, sampleRate: 16_000, ...requested },
    testManifest,
  );

const neighbour = (level: number, caption: string, weight = 1): NeighbourSound => ({
  samples: Float32Array.from({ length: 4000 }, (_, i) => level * Math.sin(i / 9)),
  caption,
  weight,
});
const neighbours = [neighbour(0.1, 'old'), neighbour(0.6, 'gate', 2)];

const take = async (requested: RequestedSettings = {}, sounds = neighbours) =>
  (await generate(settingsOf(requested), sounds, createTestPack())).channels[0];

describe('generate', () => {
  it('makes the exact number of samples, peak at -1 dBFS', async () => {
    for (const [duration, sampleRate] of [
      [0.2, 48_000],
      [0.333, 44_100],
      [1.2345, 16_000],
    ] as const) {
      const samples = await take({ duration, sampleRate });
      expect(samples.length).toBe(Math.round(duration * sampleRate));
      expect(Math.max(...samples.map(Math.abs))).toBeCloseTo(10 ** (-1 / 20), 5);
    }
  });

  it('depends on everything that the recipe holds, and on nothing else', async () => {
    const reference = await take();
    expect(await take()).toEqual(reference);
    for (const other of [
      { seed: 8 },
      { prompt: 'bell' },
      { negative: 'music' },
      { steps: 5 },
      { sampler: 'ddim' },
      { guidance: 4 },
      { soundLength: 0.2 },
      { libraryGuidance: 5 },
      { guidanceInterval: { from: 0, to: 0.5 } },
      { start: 0.5 },
      { retrieval: 'none' },
      { retrieval: 'audio' },
    ] satisfies RequestedSettings[]) {
      expect(await take(other), JSON.stringify(other)).not.toEqual(reference);
    }
    expect(await take({}, [])).not.toEqual(reference);
    expect(await take({}, neighbours.slice(0, 1))).not.toEqual(reference);
    expect(await take({}, [neighbour(0.1, 'old', 5), neighbour(0.6, 'gate', 2)])).not.toEqual(reference);
  });

  it('begins from a neighbour, with the steps that are left, and listens to all of it that the take has room for', async () => {
    const pack = createTestPack();
    await generate(settingsOf({ start: 0.5, steps: 4 }), neighbours, pack);
    const asked = pack.asked.map(({ part }) => part);
    expect(asked.filter((part) => part === 'unet')).toHaveLength(2);
    const mel = pack.asked.find(({ part }) => part === 'vaeEncoder')?.inputs['log_mel'];
    expect(mel?.dims[1]).toBe(melLatentSize(0.3, testManifest).samples / testManifest.audio.hop);
    // The seed draws which of them.
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => take({ start: 0.9, seed })));
    const louder = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        take({ start: 0.9, seed }, [neighbour(0.6, 'gate', 2), neighbour(0.1, 'old')]),
      ),
    );
    expect(all).not.toEqual(louder);
  });

  it('begins with noise where nothing is heard of the neighbours', async () => {
    for (const requested of [{ retrieval: 'none' }, { retrieval: 'text' }] as const)
      expect(await take({ ...requested, start: 0.5 })).toEqual(await take(requested));
    expect(await take({ start: 0.5 }, [])).toEqual(await take({}, []));
  });

  it('ignores neighbours that retrieval none switches off', async () => {
    expect(await take({ retrieval: 'none' })).toEqual(await take({ k: 0 }, []));
  });

  it('shares the influence out among the neighbours', async () => {
    const { influence } = await generate(settingsOf(), neighbours, createTestPack());
    expect(influence.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    // 3 audio and 3 letters against twice as much of 3 audio and 4 letters.
    expect(influence[0]).toBeCloseTo(6 / (6 + 14), 5);
    expect((await generate(settingsOf(), [], createTestPack())).influence).toEqual([]);
  });

  it('masks the modality that is switched off, padding and missing captions', async () => {
    const { audioTokens, textTokens } = testManifest.conditioning;
    const heard = async (retrieval: 'audio' | 'text' | 'both', caption: string) => {
      const pack = createTestPack();
      await generate(
        settingsOf({ retrieval, guidance: 1, libraryGuidance: 1 }),
        [neighbour(0.5, caption)],
        pack,
      );
      const bias = floatInput(pack.asked.find(({ part }) => part === 'unet')?.inputs ?? {}, 'token_bias');
      const tokens = Array.from(bias, (value) => (value === MASKED ? 0 : 1));
      expect(tokens.length).toBe(audioTokens + textTokens);
      return tokens.join('');
    };
    expect(await heard('both', 'ab')).toBe('111' + '110000');
    expect(await heard('audio', 'ab')).toBe('111' + '000000');
    expect(await heard('text', 'ab')).toBe('000' + '110000');
    expect(await heard('both', '')).toBe('111' + '000000');
  });

  it('runs the UNet once a step, with a row for each term of the guidance', async () => {
    const pack = createTestPack();
    await generate(settingsOf({ steps: 6 }), neighbours, pack);
    const batches = pack.asked
      .filter(({ part }) => part === 'unet')
      .map(({ inputs }) => inputs['sample']?.dims[0]);
    expect(batches).toEqual([3, 3, 3, 3, 3, 3]);
  });

  it('guides in its interval, and shows the UNet one row in the other steps', async () => {
    const pack = createTestPack();
    const rows: number[] = [];
    const settings = settingsOf({ steps: 6, candidates: 2, guidanceInterval: { from: 0.3, to: 0.7 } });
    const { influence } = await generate(settings, neighbours, pack, {
      progress: ({ rows: shown }) => shown && rows.push(shown.done, shown.of),
    });
    const asked = pack.asked.filter(({ part }) => part === 'unet').map(({ inputs }) => inputs);
    const each = [1, 1, 3, 3, 1, 1];
    expect(asked.map(({ sample }) => sample?.dims[0])).toEqual([...each, ...each]);
    // That row hears prompt and neighbours.
    const last = Array.from(floatInput(asked[2] ?? {}, 'token_bias')).slice(
      -floatInput(asked[0] ?? {}, 'token_bias').length,
    );
    expect(Array.from(floatInput(asked[0] ?? {}, 'token_bias'))).toEqual(last);
    expect(floatInput(asked[0] ?? {}, 'text_embedding').some((value) => value !== 0)).toBe(true);
    expect(influence.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    // Time is told by rows.
    expect(rows.filter((_, i) => i % 2 === 1)).toEqual(Array.from({ length: 12 }, () => 20));
    expect(rows.filter((_, i) => i % 2 === 0)).toEqual([0, 1, 2, 5, 8, 9, 10, 11, 12, 15, 18, 19]);
  });

  it('is the same with an interval of all steps as with none, and outside of it as without guidance', async () => {
    const whole = settingsOf({ guidanceInterval: { from: 0, to: 1 } });
    expect(whole).toEqual(settingsOf());
    expect(await take({ guidanceInterval: { from: 0, to: 1 } })).toEqual(await take());
    // Of four steps none has its middle in there.
    const never = await take({ guidanceInterval: { from: 0, to: 0.1 } });
    expect(never).toEqual(await take({ guidance: 1, libraryGuidance: 1 }));
  });

  it('takes the few steps of the distilled mode with one row each, at timesteps of their own', async () => {
    const pack = createTestPack();
    await generate(settingsOf({ sampler: 'distilled' }), neighbours, pack);
    const asked = pack.asked.filter(({ part }) => part === 'unet').map(({ inputs }) => inputs);
    expect(asked.map((inputs) => floatInput(inputs, 'timestep'))).toEqual(
      [1999, 1499].map((timestep) => Float32Array.of(timestep)),
    );
    expect(floatInput(asked[0] ?? {}, 'token_bias').some((bias) => bias > MASKED)).toBe(true);
  });

  it('makes the candidates and keeps one, which can be made again by itself', async () => {
    const settings = settingsOf({ steps: 4, candidates: 3 });
    const pack = createTestPack();
    const { channels, candidate } = await generate(settings, neighbours, pack);
    expect(pack.asked.filter(({ part }) => part === 'unet')).toHaveLength(12);
    const alone = createTestPack();
    const again = await generate({ ...settings, candidate }, neighbours, alone);
    expect(again).toMatchObject({ channels, candidate });
    expect(alone.asked.map(({ part }) => part)).not.toContain('clapAudio');
    const each = await Promise.all(
      [0, 1, 2].map((index) => take({ steps: 4, candidates: 3, candidate: index })),
    );
    expect(each[0]).toEqual(await take({ steps: 4 }));
    expect(new Set(each.map(String)).size).toBe(3);
  });

  it('counts the steps of all candidates as one stage', async () => {
    const seen: string[] = [];
    await generate(settingsOf({ steps: 2, candidates: 2 }), [], createTestPack(), {
      progress: ({ stage, done, of }) => seen.push(`${stage} ${done}/${of}`),
    });
    expect(seen.filter((line) => line.startsWith('sample'))).toEqual(
      [0, 1, 2, 3].map((done) => `sample ${done}/4`),
    );
  });

  it('drops the text as zeros, or as the negative prompt', async () => {
    const unprompted = async (negative: string) => {
      const pack = createTestPack();
      await generate(settingsOf({ negative }), neighbours, pack);
      return Array.from(
        floatInput(pack.asked.find(({ part }) => part === 'unet')?.inputs ?? {}, 'text_embedding'),
      ).slice(0, 4);
    };
    expect(await unprompted('')).toEqual([0, 0, 0, 0]);
    expect(await unprompted('x')).not.toEqual([0, 0, 0, 0]);
  });

  it('warns of a prompt that is too long', async () => {
    const { warnings } = await generate(settingsOf({ prompt: 'a long story' }), [], createTestPack());
    expect(warnings.join()).toContain('6 tokens');
  });

  it('stops between two steps', async () => {
    const pack = createTestPack();
    const signal = { aborted: false };
    const progress = ({ stage, done }: { stage: string; done: number }) => {
      if (stage === 'sample' && done === 2) signal.aborted = true;
    };
    await expect(generate(settingsOf(), [], pack, { progress, signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(pack.asked.filter(({ part }) => part === 'unet').length).toBe(2);
  });

  it('refuses a graph that does not fit its manifest', async () => {
    const pack = createTestPack();
    const run: typeof pack.run = async (part, inputs) =>
      part === 'vaeDecoder' ? {} : pack.run(part, inputs);
    await expect(generate(settingsOf(), [], { ...pack, run })).rejects.toMatchObject({ kind: 'corrupt' });
  });
});
