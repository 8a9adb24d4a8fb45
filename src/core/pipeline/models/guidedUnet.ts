import { combineBranches, type Branch } from '../../diffusion/guidance.ts';
import type { GraphRunner, Tensors } from '../parts.ts';
import { constant, float32, outputOf, repeat, rows } from '../tensors.ts';
import type { LatentSize } from './model.ts';

/** One step of a UNet: the same latent enters every branch, and their predictions are combined into one. */
export function createGuidedUnet(
  run: GraphRunner,
  branches: readonly Branch[],
  { channels, time, frequency }: LatentSize,
  /** What stays the same over all steps, a row for each branch. */
  constants: Tensors,
) {
  const dims = [branches.length, channels, time, frequency];
  return async (sample: Float32Array, timestep: number) => {
    const outputs = await run('unet', {
      ...constants,
      sample: float32(dims, repeat(sample, branches.length)),
      timestep: constant(branches.length, timestep),
    });
    const predictions = rows(outputOf(outputs, 'unet', 'prediction', dims), branches.length);
    return { prediction: combineBranches(branches, predictions), outputs };
  };
}
