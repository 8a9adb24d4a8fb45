import { planBranches } from '../../diffusion/guidance.ts';
import type { TangoManifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { GraphRunner } from '../parts.ts';
import { createGuidedUnet } from './guidedUnet.ts';
import type { Model } from './model.ts';
import { createPublishedVae } from './publishedVae.ts';
import { encodeWords, wordsOf } from './wordStates.ts';

/**
 * Tango (Ghosal et al., ACM MM 2023) as its authors' AudioDiffusion.inference runs it. It reads words and knows no neighbours: there is
 * no space that sounds and texts share, so a take can begin from a neighbour, and nothing is mixed into the prompt.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | states [B, L, 1024] |
 * | unet | sample [B, 8, T, 16], timestep float [B], text_states [B, L, 1024], text_mask int64 [B, L] | prediction [B, 8, T, 16] |
 */
export function createTangoModel(manifest: TangoManifest, tokenizer: TextTokenizer, run: GraphRunner): Model {
  const { textTokens, textDimension } = manifest.conditioning;
  return {
    ...createPublishedVae(manifest, run),

    async condition({ prompt, negative, guidance }, neighbours, size) {
      const sizes = { tokens: textTokens, dimension: textDimension };
      const words = await encodeWords(prompt, negative, 'textEncoder', sizes, tokenizer, run);
      const branches = planBranches({ guidance, libraryGuidance: 0, hasNeighbours: false });
      const unet = createGuidedUnet(run, branches, size, wordsOf(branches, words));
      return {
        warnings: words.truncated
          ? [`only the first ${textTokens} tokens of a text count: shorten the prompt`]
          : [],
        async denoise(sample, timestep, isGuided) {
          const { prediction } = await unet(sample, timestep, isGuided);
          return { prediction, influence: new Float32Array(neighbours.length) };
        },
      };
    },
  };
}
