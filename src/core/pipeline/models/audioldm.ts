import { planBranches } from '../../diffusion/guidance.ts';
import type { AudioldmManifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { mixNeighbours } from '../mixNeighbours.ts';
import type { GraphRunner } from '../parts.ts';
import { float32, join } from '../tensors.ts';
import { embedByClap, meanOf } from './clapEmbeddings.ts';
import { createGuidedUnet } from './guidedUnet.ts';
import type { Model } from './model.ts';
import { createPublishedVae } from './publishedVae.ts';

/**
 * AudioLDM (Liu et al., ICML 2023) as diffusers' AudioLDMPipeline runs it. It knows no neighbours: CLAP embeddings of their captions
 * are mixed into the prompt's, and of how they sound where the library was heard in the same space. The published folder has no tower
 * that hears.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | embedding [B, 512] |
 * | unet | sample [B, 8, T, 16], timestep float [B], text_embedding [B, 512] | prediction [B, 8, T, 16] |
 */
export function createAudioldmModel(
  manifest: AudioldmManifest,
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Model {
  const { conditioning } = manifest;
  return {
    ...createPublishedVae(manifest, run),

    async condition({ prompt, negative, retrieval, guidance, libraryGuidance }, neighbours, size) {
      // There is no text that stands for none: without a negative prompt it is the empty one.
      const mixes = libraryGuidance > 0 ? neighbours : [];
      const texts = [prompt, negative, ...mixes.map(({ caption }) => caption)];
      const { embeddings, truncated } = await embedByClap(texts, 'textEncoder', conditioning, tokenizer, run);
      const [asked = new Float32Array(), away = new Float32Array(), ...described] = embeddings;
      const known = mixes.map(({ caption, inPromptSpace, weight }, k) => {
        const views = [
          retrieval === 'audio' || caption === '' ? undefined : described[k],
          retrieval === 'text' ? undefined : inPromptSpace,
        ];
        return { embedding: meanOf(views.filter((view) => view !== undefined)), weight };
      });
      const mixed = mixNeighbours(asked, known, libraryGuidance);
      const branches = planBranches({ guidance, libraryGuidance, hasNeighbours: false });
      const text_embedding = float32(
        [branches.length, conditioning.clapDimension],
        join(branches.map(({ text }) => (text ? mixed.prompt : away))),
      );
      const unet = createGuidedUnet(run, branches, size, { text_embedding });
      return {
        warnings: truncated
          ? [`only the first ${conditioning.textTokens} tokens of a text count: shorten the prompt`]
          : [],
        async denoise(sample, timestep, isGuided) {
          const { prediction } = await unet(sample, timestep, isGuided);
          return { prediction, influence: mixed.influence };
        },
      };
    },
  };
}
