import { crc32 } from 'node:zlib';
import { bindGraph } from '#core/checkpoint/bindGraph.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import type { Stored } from './safetensors.ts';

/** Values of noise after which it begins again: millions would take seconds. */
const BLOCK = 2 ** 16;

/** All weights that a template wants, as `weight` of training/refoley_training/goldens/weights.py makes them. */
export function randomWeights(template: Uint8Array): Record<string, Stored> {
  const tensors: Record<string, Stored> = {};
  for (const { tensor, wanted: shape } of bindGraph(template, () => undefined).misfits) {
    const count = shape.reduce((product, length) => product * length, 1);
    const block = gaussianNoise(crc32(tensor), Math.min(count, BLOCK));
    const noise = new Float32Array(count);
    for (let at = 0; at < count; at += BLOCK) noise.set(block.subarray(0, count - at), at);
    const spread = Math.fround(Math.sqrt(1 / (count / (shape[0] ?? 1))));
    const centre = /norm.*weight$|ln_.*weight$|running_(var|std)$|(gamma|alpha)$/i.test(tensor) ? 1 : 0;
    const values = noise.map((value) => (shape.length > 1 ? value * spread : 0.1 * value + centre));
    tensors[tensor] = ['F32', shape, new Uint8Array(values.buffer)];
  }
  return tensors;
}
