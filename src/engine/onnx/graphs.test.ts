import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REFOLEY_PARTS } from '#core/pack/refoleyManifest.ts';
import { encodeTexts } from '#core/pipeline/encodeTexts.ts';
import { float32 } from '#core/pipeline/tensors.ts';
import { loadPack, type RunningPack } from '../inference/loadPack.ts';
import { refoleyManifestSchema } from '#core/pack/refoleyManifest.ts';

/** Written by `training/make_goldens.py graphs` from the torch models whose export is the starter pack. */
const summarySchema = z.object({
  dims: z.array(z.number()),
  mean: z.number(),
  std: z.number(),
  elements: z.record(z.string(), z.number()),
});
const graphsSchema = z.partialRecord(
  z.enum(REFOLEY_PARTS),
  z.object({
    inputs: z.record(
      z.string(),
      z.object({ dims: z.array(z.number()), scale: z.number(), offset: z.number() }),
    ),
    outputs: z.record(z.string(), summarySchema),
  }),
);
const textSchema = z.object({
  tokens: z.array(z.object({ text: z.string(), ids: z.array(z.number()) })),
  encoder: summarySchema.extend({ text: z.string() }),
});

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`goldens/${name}.json`, import.meta.url), 'utf8'));
const graphs = graphsSchema.parse(golden('graphs'));
const text = textSchema.parse(golden('text'));

let pack: RunningPack;
beforeAll(async () => {
  pack = await loadPack(fileURLToPath(new URL('../../../resources/packs/starter', import.meta.url)));
});
afterAll(() => pack.sessions.close());

describe('the starter pack agrees with torch', () => {
  for (const [part, { inputs, outputs }] of Object.entries(graphs)) {
    it(`in ${part}`, async () => {
      const name = z.enum(REFOLEY_PARTS).parse(part);
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([key, { dims, scale, offset }]) => [
          key,
          float32(dims, wave(dims, scale, offset)),
        ]),
      );
      const results = await pack.run(name, tensors);
      for (const [key, expected] of Object.entries(outputs)) {
        const result = results[key];
        expect(result?.dims).toEqual(expected.dims);
        const data = result?.type === 'float32' ? result.data : new Float32Array();
        expectSummary(data, expected, STORED_AS_INT8);
      }
    });
  }
});

describe('text', () => {
  it.each(text.tokens)('tokenises $text as the reference does', ({ text: words, ids }) => {
    const encoded = pack.tokenizer.encode(words, 50);
    expect(encoded.ids.slice(0, ids.length)).toEqual(ids);
    expect(encoded.attentionMask.filter(Boolean)).toHaveLength(ids.length);
  });

  it('encodes as the untrimmed model does in Python', async () => {
    const { conditioning } = refoleyManifestSchema.parse(pack.manifest);
    const { states, mask } = await encodeTexts([text.encoder.text], pack.run, pack.tokenizer, conditioning);
    const width = conditioning.textDimension;
    const tokens = mask.reduce((sum, value) => sum + value, 0);
    const pooled = Float32Array.from({ length: width }, (_, i) => {
      let sum = 0;
      mask.forEach((value, token) => (sum += value * (states[token * width + i] ?? 0)));
      return sum / tokens;
    });
    expectSummary(pooled, text.encoder, 1e-3);
  });
});

it('makes a session again that was given back', async () => {
  const dims = [1, 9, 384];
  const inputs = {
    token_states: float32(dims, wave(dims, 0.5, 0)),
    attention_mask: float32([1, 9], new Float32Array(9).fill(1)),
  };
  const embed = () => pack.run('clapText', inputs);
  const first = await embed();
  const before = pack.sessions.creationTime();
  await embed();
  expect(pack.sessions.creationTime()).toBe(before);
  await pack.sessions.release(['clapText', 'vocoder']);
  expect(await embed()).toEqual(first);
  expect(pack.sessions.creationTime()).toBeGreaterThan(before);
});

/** Error allowed, relative to the output's root mean square: int8 weights cost up to 2 % RMS, single elements more. */
const STORED_AS_INT8 = 0.1;

/** The inputs of the goldens: offset + scale sin(0.37 i + 0.11 (i mod 13)). */
function wave(dims: readonly number[], scale: number, offset: number): Float32Array {
  const count = dims.reduce((product, size) => product * size, 1);
  return Float32Array.from(
    { length: count },
    (_, i) => offset + scale * Math.sin(0.37 * i + 0.11 * (i % 13)),
  );
}

function expectSummary(data: Float32Array, expected: z.infer<typeof summarySchema>, tolerance: number): void {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  const scale = Math.hypot(expected.mean, expected.std);
  expect(Math.abs(mean - expected.mean) / scale).toBeLessThan(tolerance);
  expect(Math.abs(Math.sqrt(variance) - expected.std) / scale).toBeLessThan(tolerance);
  for (const [index, value] of Object.entries(expected.elements)) {
    expect(Math.abs((data[Number(index)] ?? NaN) - value) / scale).toBeLessThan(tolerance);
  }
}
