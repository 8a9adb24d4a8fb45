import { expect } from 'vitest';
import { z } from 'zod';
import type { Tensor } from 'onnxruntime-node';
import { loadOnnxRuntime } from '../../onnx/runtime.ts';
import { wave } from './wave.ts';

/** How `wave` makes an input of a golden. */
export const recipeSchema = z.object({
  dims: z.array(z.number()),
  scale: z.number(),
  offset: z.number(),
  type: z.enum(['int64', 'float32']),
});

/** What `summary` of training/refoley_training/goldens/graphs.py keeps of an output. */
export const summarySchema = z.object({
  dims: z.array(z.number()),
  mean: z.number(),
  std: z.number(),
  elements: z.record(z.string(), z.number()),
});

/** Of the output's root mean square. */
const TOLERANCE = 1e-3;

export async function tensorOf({ dims, scale, offset, type }: z.infer<typeof recipeSchema>): Promise<Tensor> {
  const { Tensor: OrtTensor } = await loadOnnxRuntime();
  const values = wave(dims, scale, offset);
  if (type === 'float32') return new OrtTensor('float32', values, dims);
  return new OrtTensor(
    'int64',
    BigInt64Array.from(values, (value) => BigInt(evenRound(value))),
    dims,
  );
}

export function expectAgreement(
  made: { readonly dims: readonly number[]; readonly data: ArrayLike<number> } | undefined,
  { dims, mean, std, elements }: z.infer<typeof summarySchema>,
): void {
  expect(made?.dims).toEqual(dims);
  const data = Array.from(made?.data ?? []);
  const error = TOLERANCE * Math.hypot(mean, std);
  const sum = data.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum / data.length - mean)).toBeLessThan(error);
  for (const [index, value] of Object.entries(elements))
    expect(Math.abs((data[Number(index)] ?? NaN) - value)).toBeLessThan(error);
}

/** As torch rounds: halves to even. */
function evenRound(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
