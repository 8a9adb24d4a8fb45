import { describe, expect, it } from 'vitest';
import { chooseCandidate } from './chooseCandidate.ts';
import type { NeighbourSound } from './encodeNeighbours.ts';
import type { GraphRunner } from './parts.ts';
import { float32 } from './tensors.ts';
import { createTestPack, floatInput, testManifest } from './testPack.ts';

const RATE = 16_000;
const BINS = 96;
const LOW = Float32Array.of(1, 0, 0, 0);
const HIGH = Float32Array.of(0, 1, 0, 0);

/** Hears whether a sound is low or high. */
function createEars(prompt: Float32Array) {
  let heard = 0;
  const run: GraphRunner = (part, inputs) => {
    if (part === 'textEncoder') {
      const dims = [...(inputs['input_ids']?.dims ?? []), testManifest.conditioning.textDimension];
      const states = new Float32Array(dims.reduce((product, length) => product * length, 1));
      return Promise.resolve({ last_hidden_state: float32(dims, states) });
    }
    if (part === 'clapText') return Promise.resolve({ embedding: float32([1, 4], prompt) });
    heard++;
    const mel = floatInput(inputs, 'mel');
    const energy = [0, 0];
    mel.forEach((value, i) => (energy[i % BINS < BINS / 2 ? 0 : 1]! += value));
    const embedding = energy[0]! > energy[1]! ? LOW : HIGH;
    return Promise.resolve({ embedding: float32([1, 4], embedding) });
  };
  const { tokenizer } = createTestPack();
  return { ears: { manifest: testManifest, tokenizer, run }, heard: () => heard };
}

const tone = (name: string, hz: number, level = 0.5) => ({
  name,
  waveform: Float32Array.from({ length: 8000 }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / RATE)),
});
const low = tone('low', 200);
const high = tone('high', 6000);
const like = (embedding: Float32Array | undefined, weight = 1): NeighbourSound => ({
  samples: new Float32Array(8000),
  caption: '',
  weight,
  embedding,
});
const chosen = async (
  candidates: readonly ReturnType<typeof tone>[],
  prompt: Float32Array,
  neighbours: readonly NeighbourSound[] = [],
) => (await chooseCandidate(candidates, RATE, 'door', neighbours, createEars(prompt).ears)).name;

describe('chooseCandidate', () => {
  it('takes what is nearest to the prompt', async () => {
    expect(await chosen([low, high], HIGH)).toBe('high');
    expect(await chosen([low, high], LOW)).toBe('low');
  });

  it('weighs the neighbours in, each by its weight; one that nobody has heard says nothing', async () => {
    const prompt = LOW.map((value) => 0.5 * value);
    expect(await chosen([low, high], prompt, [like(HIGH)])).toBe('high');
    expect(await chosen([low, high], prompt, [like(HIGH), like(LOW)])).toBe('low');
    expect(await chosen([low, high], prompt, [like(HIGH, 9), like(LOW)])).toBe('high');
    expect(await chosen([low, high], prompt, [like(undefined, 9)])).toBe('low');
  });

  it('leaves out silence and what is no sound, unless there is nothing else', async () => {
    const silent = tone('silent', 200, 0);
    const broken = {
      name: 'broken',
      waveform: low.waveform.map((value, i) => (i === 9 ? Number.NaN : value)),
    };
    expect(await chosen([silent, broken, high], LOW)).toBe('high');
    expect(await chosen([silent, broken], LOW)).toBe('silent');
  });

  it('asks nothing about a single one', async () => {
    const { ears, heard } = createEars(LOW);
    expect(await chooseCandidate([low], RATE, 'door', [], ears)).toBe(low);
    expect(heard()).toBe(0);
  });
});
