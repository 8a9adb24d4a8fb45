import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { boundSession } from './boundSession.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { randomWeights } from './testing/randomWeights.ts';
import { safetensors } from './testing/safetensors.ts';

/** Written by `training/make_goldens.py checkpoints` from diffusers and transformers. */
const goldenSchema = z.record(
  z.string(),
  z.object({
    inputs: z.record(
      z.string(),
      z.object({
        dims: z.array(z.number()),
        scale: z.number(),
        offset: z.number(),
        type: z.enum(['int64', 'float32']),
      }),
    ),
    outputs: z.record(
      z.string(),
      z.object({
        dims: z.array(z.number()),
        mean: z.number(),
        std: z.number(),
        elements: z.record(z.string(), z.number()),
      }),
    ),
  }),
);
const goldens = new URL('goldens/', import.meta.url);
const parts = readdirSync(goldens).flatMap((family) => {
  const cases: unknown = JSON.parse(readFileSync(new URL(`${family}/cases.json`, goldens), 'utf8'));
  return Object.entries(goldenSchema.parse(cases)).map(([file, golden]) => ({
    ...golden,
    path: `${family}/${file}`,
  }));
});
/** Of the output's root mean square. */
const TOLERANCE = 1e-3;

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'refoley-parts-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a small model with random weights agrees with its reference', () => {
  it.each(parts)('in $path', async ({ path, inputs, outputs }) => {
    const template = gunzipSync(await readFile(new URL(path, goldens)));
    const folder = await mkdtemp(join(root, 'part-'));
    await writeFile(join(folder, 'model.safetensors'), safetensors(randomWeights(template)));
    const session = await boundSession(template, await openCheckpoint(folder), { logSeverityLevel: 3 });
    const { Tensor } = await loadOnnxRuntime();
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([key, { dims, scale, offset, type }]) => {
        const values = wave(dims, scale, offset);
        return type === 'int64'
          ? [
              key,
              new Tensor(
                'int64',
                BigInt64Array.from(values, (value) => BigInt(evenRound(value))),
                dims,
              ),
            ]
          : [key, new Tensor('float32', values, dims)];
      }),
    );
    const results = await session.run(feeds);
    for (const [key, { dims, mean, std, elements }] of Object.entries(outputs)) {
      const result = results[key];
      expect(result?.dims).toEqual(dims);
      const data = Array.from((result?.data ?? []) as Float32Array | BigInt64Array, Number);
      const error = TOLERANCE * Math.hypot(mean, std);
      const made = data.reduce((sum, value) => sum + value, 0) / data.length;
      expect(Math.abs(made - mean)).toBeLessThan(error);
      for (const [index, value] of Object.entries(elements))
        expect(Math.abs((data[Number(index)] ?? NaN) - value)).toBeLessThan(error);
    }
    await session.release();
  });
});

/** The inputs of the goldens: offset + scale sin(0.37 i + 0.11 (i mod 13)). */
function wave(dims: readonly number[], scale: number, offset: number): Float32Array<ArrayBuffer> {
  const length = dims.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, i) => offset + scale * Math.sin(0.37 * i + 0.11 * (i % 13)));
}

/** As torch rounds: halves to even. */
function evenRound(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
