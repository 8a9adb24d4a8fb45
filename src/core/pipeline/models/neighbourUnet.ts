import type { Branch } from '../../diffusion/guidance.ts';
import type { LibraryContext, NeighbourSizes } from '../encodeNeighbours.ts';
import { MASKED, type GraphRunner, type Tensors } from '../parts.ts';
import { float32, join, outputOf, repeat, rows } from '../tensors.ts';
import { createGuidedUnet } from './guidedUnet.ts';
import type { Denoiser, LatentSize } from './model.ts';

/** What of a prompt the UNet is told, [clapDimension] each. */
export interface PromptEmbeddings {
  readonly prompt: Float32Array;
  /** Of what to keep away from; zeros for nothing. */
  readonly noText: Float32Array;
}

/** Steps of a UNet that attends to neighbours, and says how much to each. */
export function createNeighbourUnet(
  run: GraphRunner,
  branches: readonly Branch[],
  size: LatentSize,
  embeddings: PromptEmbeddings,
  library: LibraryContext,
  sizes: NeighbourSizes,
  /** What else stays the same over all steps, a row for each branch. */
  constants: Tensors = {},
): Denoiser['denoise'] {
  const told = { ...conditionBatch(branches, embeddings, library, sizes), ...constants };
  const unet = createGuidedUnet(run, branches, size, told);
  return async (sample, timestep, isGuided) => {
    const { prediction, outputs, branches: shown } = await unet(sample, timestep, isGuided);
    const influence = outputOf(outputs, 'unet', 'influence', [shown.length, library.count]);
    const hearing = shown.findIndex((branch) => branch.library);
    return {
      prediction,
      influence: rows(influence, shown.length)[hearing] ?? new Float32Array(library.count),
    };
  };
}

function conditionBatch(
  branches: readonly Branch[],
  { prompt, noText }: PromptEmbeddings,
  { count, audioTokens, textTokens, tokenBias }: LibraryContext,
  sizes: NeighbourSizes,
): Tensors {
  const batch = branches.length;
  const deaf = new Float32Array(tokenBias.length).fill(MASKED);
  const tokens = sizes.audioTokens + sizes.textTokens;
  return {
    text_embedding: float32(
      [batch, prompt.length],
      join(branches.map(({ text }) => (text ? prompt : noText))),
    ),
    audio_tokens: float32(
      [batch, count, sizes.audioTokens, sizes.audioDimension],
      repeat(audioTokens, batch),
    ),
    text_tokens: float32([batch, count, sizes.textTokens, sizes.textDimension], repeat(textTokens, batch)),
    token_bias: float32(
      [batch, count, tokens],
      join(branches.map((branch) => (branch.library ? tokenBias : deaf))),
    ),
  };
}
