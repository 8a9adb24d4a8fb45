import { planBranches } from '../../diffusion/guidance.ts';
import { RefoleyError } from '../../errors.ts';
import type { Audioldm2Manifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { NeighbourSound } from '../encodeNeighbours.ts';
import { mixNeighbours } from '../mixNeighbours.ts';
import type { GraphRunner, Tensor } from '../parts.ts';
import type { RetrievalMode } from '../recipe.ts';
import { float32, int64, join, outputOf, rows } from '../tensors.ts';
import { embedByClap, embedSoundByClap, meanOf } from './clapEmbeddings.ts';
import { createGuidedUnet } from './guidedUnet.ts';
import type { Model } from './model.ts';
import { createPublishedVae } from './publishedVae.ts';
import { encodeWords, wordsOf } from './wordStates.ts';

/**
 * AudioLDM 2 (Liu et al., TASLP 2024) as diffusers' AudioLDM2Pipeline runs it. It knows no neighbours: CLAP embeddings of how they
 * sound and of their captions are mixed into the prompt's, before the language model goes on from it.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | clapText | input_ids, attention_mask int64 [B, L] | embedding [B, 512] |
 * | clapAudio | input_features [B, 1, 1001, 64] | embedding [B, 512] |
 * | textEncoder2 | input_ids, attention_mask int64 [B, L] | states [B, L, 1024] |
 * | projectionModel | text_embedding [B, 512], text_states [B, L, 1024], text_mask int64 [B, L] | states [B, L + 5, 768], mask int64 [B, L + 5] |
 * | languageModel | states [B, M, 768], mask int64 [B, M] | next_state [B, 1, 768] |
 * | unet | sample [B, 8, T, 16], timestep float [B], generated_states [B, 8, 768], text_states [B, L, 1024], text_mask int64 [B, L] | prediction [B, 8, T, 16] |
 */
export function createAudioldm2Model(
  manifest: Audioldm2Manifest,
  tokenizers: { readonly clap: TextTokenizer; readonly words: TextTokenizer },
  run: GraphRunner,
): Model {
  const { conditioning, audio } = manifest;
  const { clapDimension, wordTokens, wordDimension, stateDimension, generatedStates } = conditioning;

  /** What is known of each neighbour: of its sound, of its caption, or between them. */
  const embedNeighbours = async (
    neighbours: readonly NeighbourSound[],
    described: readonly Float32Array[],
    mode: RetrievalMode,
  ) => {
    const known = [];
    for (const [k, { samples, caption, weight }] of neighbours.entries()) {
      const views: Float32Array[] = [];
      if (mode !== 'audio' && caption !== '' && described[k]) views.push(described[k]);
      if (mode !== 'text') views.push(await embedSoundByClap(samples, audio.sampleRate, manifest, run));
      known.push({ embedding: meanOf(views), weight });
    }
    return known;
  };

  /** The states that the language model adds to what it is given, each from all before it. */
  const goOn = async (embeddings: readonly Float32Array[], states: Tensor, mask: Tensor) => {
    const batch = embeddings.length;
    const projected = await run('projectionModel', {
      text_embedding: float32([batch, clapDimension], join(embeddings)),
      text_states: states,
      text_mask: mask,
    });
    const given = projected['mask'];
    if (given?.type !== 'int64')
      throw new RefoleyError(
        'corrupt',
        `the projection of pack '${manifest.name}' gave no mask: add it again`,
      );
    let length = given.dims[1] ?? 0;
    const begun = outputOf(projected, 'projectionModel', 'states', [batch, length, stateDimension]);
    const rowsOf = rows(begun, batch).map((row) => [row]);
    const masks = Array.from({ length: batch }, (_, row) =>
      Array.from(given.data.subarray(row * length, (row + 1) * length), Number),
    );
    for (let made = 0; made < generatedStates; made++, length++) {
      const outputs = await run('languageModel', {
        states: float32([batch, length, stateDimension], join(rowsOf.flat())),
        mask: int64([batch, length], masks.flat()),
      });
      const next = outputOf(outputs, 'languageModel', 'next_state', [batch, 1, stateDimension]);
      for (const [row, state] of rows(next, batch).entries()) {
        rowsOf[row]?.push(state);
        masks[row]?.push(1);
      }
    }
    return rowsOf.map((row) => join(row.slice(1)));
  };

  return {
    ...createPublishedVae(manifest, run),

    async condition({ prompt, negative, retrieval, guidance, libraryGuidance }, neighbours, size) {
      const mixes = libraryGuidance > 0 ? neighbours : [];
      const texts = [prompt, negative, ...mixes.map(({ caption }) => caption)];
      const { embeddings, truncated } = await embedByClap(
        texts,
        'clapText',
        conditioning,
        tokenizers.clap,
        run,
      );
      const [asked = new Float32Array(), away = new Float32Array(), ...described] = embeddings;
      const known = await embedNeighbours(mixes, described, retrieval);
      const mixed = mixNeighbours(asked, known, libraryGuidance);
      const wordSizes = { tokens: wordTokens, dimension: wordDimension };
      const words = await encodeWords(prompt, negative, 'textEncoder2', wordSizes, tokenizers.words, run);
      const generated = await goOn([mixed.prompt, away], words.states, words.mask);

      const branches = planBranches({ guidance, libraryGuidance, hasNeighbours: false });
      const rowOf = branches.map(({ text }) => (text ? 0 : 1));
      const unet = createGuidedUnet(run, branches, size, {
        generated_states: float32(
          [branches.length, generatedStates, stateDimension],
          join(rowOf.map((row) => generated[row]!)),
        ),
        ...wordsOf(branches, words),
      });
      return {
        warnings:
          truncated || words.truncated
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
