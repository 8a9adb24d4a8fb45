import type { PartName } from '../pack/manifest.ts';
import type { GraphRunner, Tensor, Tensors } from './parts.ts';
import { rowOf } from './tensors.ts';

/** What is shown a row for each branch of the guidance. */
export function isDenoiser(part: PartName): boolean {
  return part === 'unet' || part === 'dit';
}

/** Runs the denoiser on one row of its batch after another: slower, for less memory. Every input and output has a row for each. */
export function rowByRow(run: GraphRunner): GraphRunner {
  return async (part, inputs) => {
    const count = Object.values(inputs)[0]?.dims[0] ?? 1;
    if (!isDenoiser(part) || count === 1) return run(part, inputs);
    const made: Tensors[] = [];
    for (let row = 0; row < count; row++) {
      made.push(await run(part, rowOf(inputs, row, count)));
    }
    const names = Object.keys(made[0] ?? {});
    return Object.fromEntries(names.map((name) => [name, stacked(made.map((outputs) => outputs[name]))]));
  };
}

function stacked(rows: readonly (Tensor | undefined)[]): Tensor {
  const floats = rows.map((row) => (row?.type === 'float32' ? row.data : new Float32Array()));
  const length = floats[0]?.length ?? 0;
  const data = new Float32Array(length * rows.length);
  for (const [row, values] of floats.entries()) data.set(values, row * length);
  return { type: 'float32', dims: [rows.length, ...(rows[0]?.dims.slice(1) ?? [])], data };
}
