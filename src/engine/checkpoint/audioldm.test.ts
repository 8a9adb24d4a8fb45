import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindGraph } from '#core/checkpoint/bindGraph.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { loadOnnxRuntime } from '../onnx/runtime.ts';
import { boundSession } from './boundSession.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { safetensors, type Stored } from './testing/safetensors.ts';

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
const goldens = new URL('goldens/audioldm/', import.meta.url);
const parts = goldenSchema.parse(JSON.parse(readFileSync(new URL('cases.json', goldens), 'utf8')));
/** Of the output's root mean square. */
const TOLERANCE = 1e-3;

let root: string;
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'refoley-audioldm-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a small AudioLDM with random weights agrees with diffusers', () => {
  it.each(Object.keys(parts))('in its %s', async (name) => {
    const { inputs, outputs } = parts[name]!;
    const template = gunzipSync(await readFile(new URL(`${name}.onnx.gz`, goldens)));
    const folder = await mkdtemp(join(root, 'part-'));
    await writeFile(join(folder, 'model.safetensors'), randomWeights(template));
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
      const data = (result?.data ?? []) as Float32Array;
      const error = TOLERANCE * Math.hypot(mean, std);
      const made = data.reduce((sum, value) => sum + value, 0) / data.length;
      expect(Math.abs(made - mean)).toBeLessThan(error);
      for (const [index, value] of Object.entries(elements))
        expect(Math.abs((data[Number(index)] ?? NaN) - value)).toBeLessThan(error);
    }
    await session.release();
  });
});

/** All weights that a template wants, as `weight` of training/refoley_training/goldens/checkpoints.py makes them. */
function randomWeights(template: Uint8Array): Buffer {
  const wanted = bindGraph(template, () => undefined).misfits.toSorted((a, b) =>
    a.tensor < b.tensor ? -1 : 1,
  );
  const tensors: Record<string, Stored> = {};
  for (const [seed, { tensor, wanted: shape }] of wanted.entries()) {
    const count = shape.reduce((product, length) => product * length, 1);
    const noise = gaussianNoise(seed, count);
    const spread = Math.fround(Math.sqrt(1 / (count / (shape[0] ?? 1))));
    const centre = /norm/i.test(tensor) && tensor.endsWith('weight') ? 1 : 0;
    const values = noise.map((value) => (shape.length > 1 ? value * spread : 0.1 * value + centre));
    tensors[tensor] = ['F32', shape, new Uint8Array(values.buffer)];
  }
  return safetensors(tensors);
}

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
