import { bindGraph } from '#core/checkpoint/bindGraph.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import type { Stored } from './safetensors.ts';

/** Values of noise after which it begins again: millions would take seconds. */
const BLOCK = 2 ** 16;

/** All weights that a template wants, as `weight` of training/refoley_training/goldens/checkpoints.py makes them. */
export function randomWeights(template: Uint8Array): Record<string, Stored> {
  const wanted = bindGraph(template, () => undefined).misfits.toSorted((a, b) =>
    a.tensor < b.tensor ? -1 : 1,
  );
  const tensors: Record<string, Stored> = {};
  for (const [seed, { tensor, wanted: shape }] of wanted.entries()) {
    const count = shape.reduce((product, length) => product * length, 1);
    const block = gaussianNoise(seed, Math.min(count, BLOCK));
    const noise = Float32Array.from({ length: count }, (_, i) => block[i % BLOCK]!);
    const spread = Math.fround(Math.sqrt(1 / (count / (shape[0] ?? 1))));
    const centre = /norm/i.test(tensor) && tensor.endsWith('weight') ? 1 : 0;
    const values = noise.map((value) => (shape.length > 1 ? value * spread : 0.1 * value + centre));
    tensors[tensor] = ['F32', shape, new Uint8Array(values.buffer)];
  }
  return tensors;
}
