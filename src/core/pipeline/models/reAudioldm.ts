import { kaldiFbank } from '../../dsp/kaldiFbank.ts';
import { peak } from '../../dsp/level.ts';
import type { ReAudioldmManifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { branchesOf } from '../branchesOf.ts';
import { encodeNeighbours, type NeighbourEncoders } from '../encodeNeighbours.ts';
import type { GraphRunner } from '../parts.ts';
import { float32, int64, join, outputOf } from '../tensors.ts';
import { embedByClap } from './clapEmbeddings.ts';
import type { Model } from './model.ts';
import { createNeighbourUnet } from './neighbourUnet.ts';
import { createPublishedVae } from './publishedVae.ts';

/** As AudioLDM was trained. */
const PEAK = 0.5;

/**
 * Re-AudioLDM (Yuan et al., 2023) at the paper's sizes, which training/refoley_training/realdm trains and exports.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | clapText | input_ids, attention_mask int64 [B, L] | embedding [B, 512] |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | states [B, L, 1024] |
 * | audioMae | fbank [B, 1024, 128] | tokens [B, 32, 768] |
 * | unet | as `GraphRunner` has it, without seconds | the same |
 */
export function createReAudioldmModel(
  manifest: ReAudioldmManifest,
  tokenizers: { readonly clap: TextTokenizer; readonly words: TextTokenizer },
  run: GraphRunner,
): Model {
  const { audio, conditioning } = manifest;
  const { clapDimension, promptTokens, audioTokens, audioDimension, textTokens, textDimension } =
    conditioning;

  // One at a time: what a sound is encoded to depends on it alone.
  const encoders: NeighbourEncoders = {
    async sounds(samples) {
      const encoded: Float32Array[] = [];
      for (const each of samples) {
        const outputs = await run('audioMae', { fbank: filterBanks(each, audio) });
        encoded.push(outputOf(outputs, 'audioMae', 'tokens', [1, audioTokens, audioDimension]));
      }
      return join(encoded);
    },

    async texts(captions) {
      const states = new Float32Array(captions.length * textTokens * textDimension);
      const mask = new Float32Array(captions.length * textTokens);
      for (const [k, caption] of captions.entries()) {
        if (caption === '') continue;
        const { ids, attentionMask } = tokenizers.words.encode(caption, textTokens);
        const length = attentionMask.lastIndexOf(1) + 1;
        const outputs = await run('textEncoder', {
          input_ids: int64([1, length], ids.slice(0, length)),
          attention_mask: int64([1, length], attentionMask.slice(0, length)),
        });
        const encoded = outputOf(outputs, 'textEncoder', 'states', [1, length, textDimension]);
        states.set(encoded, k * textTokens * textDimension);
        mask.set(attentionMask, k * textTokens);
      }
      return { states, mask };
    },
  };

  return {
    ...createPublishedVae(manifest, run),
    attendsNeighbours: true,

    async condition(settings, neighbours, size) {
      // E_t: the CLAP embedding of the prompt, and of what to keep away from.
      const { prompt, negative, retrieval } = settings;
      const asked = negative === '' ? [prompt] : [prompt, negative];
      const sizes = { textTokens: promptTokens, clapDimension };
      const { embeddings, truncated } = await embedByClap(asked, 'clapText', sizes, tokenizers.clap, run);
      const [embedding = new Float32Array(clapDimension), away] = embeddings;

      // E_ra and E_rt: AudioMAE vectors and T5's states of the neighbours.
      const library = await encodeNeighbours(neighbours, retrieval, encoders, conditioning);
      const told = { prompt: embedding, noText: away ?? new Float32Array(clapDimension) };
      const branches = branchesOf(settings, neighbours.length > 0);
      return {
        warnings: truncated
          ? [`only the first ${promptTokens} tokens of a text count: shorten the prompt`]
          : [],
        denoise: createNeighbourUnet(run, branches, size, told, library, conditioning),
      };
    },
  };
}

/** Of the sound's beginning, heard as in training: `waveform` of training/refoley_training/realdm/encoders.py. */
function filterBanks(samples: Float32Array, audio: ReAudioldmManifest['audio']) {
  const { fbankFrames: frames, fbankBins: bins, hop, sampleRate } = audio;
  const heard = samples.subarray(0, frames * hop);
  const offset = heard.reduce((sum, sample) => sum + sample, 0) / Math.max(1, heard.length);
  const centred = heard.map((sample) => sample - offset);
  const gain = PEAK / Math.max(peak([centred]), 1e-8);
  const window = new Float32Array(frames * hop);
  window.set(centred.map((sample) => sample * gain));
  return float32([1, frames, bins], kaldiFbank(window, { sampleRate, hop, bins, frames }));
}
