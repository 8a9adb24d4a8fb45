import { combineBranches, type Branch } from '../../diffusion/guidance.ts';
import type { GraphRunner, Tensors } from '../parts.ts';
import { constant, float32, outputOf, repeat, rowOf, rows } from '../tensors.ts';
import type { LatentSize } from './model.ts';

/**
 * One step of a UNet: the same latent enters every branch, and their predictions are combined into one. Where guidance does not act, the
 * last branch, which is told most, is run alone.
 */
export function createGuidedUnet(
  run: GraphRunner,
  branches: readonly Branch[],
  { channels, time, frequency }: LatentSize,
  /** What stays the same over all steps, a row for each branch. */
  constants: Tensors,
) {
  const all = { branches, constants };
  const alone = {
    branches: branches.slice(-1).map((branch) => ({ ...branch, coefficient: 1 })),
    constants: rowOf(constants, branches.length - 1, branches.length),
  };
  return async (sample: Float32Array, timestep: number, isGuided: boolean) => {
    const shown = isGuided ? all : alone;
    const batch = shown.branches.length;
    const dims = [batch, channels, time, frequency];
    const outputs = await run('unet', {
      ...shown.constants,
      sample: float32(dims, repeat(sample, batch)),
      timestep: constant(batch, timestep),
    });
    const predictions = rows(outputOf(outputs, 'unet', 'prediction', dims), batch);
    return { prediction: combineBranches(shown.branches, predictions), outputs, branches: shown.branches };
  };
}
