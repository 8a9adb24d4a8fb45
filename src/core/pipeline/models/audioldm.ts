import { logMel } from '../../dsp/mel.ts';
import type { AudioldmManifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { mixNeighbours } from '../mixNeighbours.ts';
import type { GraphRunner } from '../parts.ts';
import { float32, int64, join, outputOf, repeat, rows } from '../tensors.ts';
import { melLatentSize, windowOf } from './melLatent.ts';
import type { Model } from './model.ts';

/**
 * AudioLDM (Liu et al., ICML 2023) as diffusers' AudioLDMPipeline runs it. It knows no neighbours: their captions' CLAP embeddings are
 * mixed into the prompt's.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | embedding [B, 512] |
 * | unet | sample [B, 8, T, 16], timestep float [B], text_embedding [B, 512] | prediction [B, 8, T, 16] |
 * | vaeEncoder | log_mel [B, 1, 4T, 64] | moments [B, 16, T, 16]: mean, then log variance |
 * | vaeDecoder | latent [B, 8, T, 16] | log_mel [B, 1, 4T, 64] |
 * | vocoder | log_mel [B, F, 64] | waveform [B, 160 F and a little more] |
 */
export function createAudioldmModel(
  manifest: AudioldmManifest,
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Model {
  const { audio, latent, conditioning } = manifest;
  const { sampleRate, melBins, hop } = audio;

  /** CLAP embeddings, of unit length. */
  const embed = async (texts: readonly string[]) => {
    const encoded = texts.map((text) => tokenizer.encode(text, conditioning.textTokens));
    const longest = Math.max(1, ...encoded.map(({ attentionMask }) => attentionMask.lastIndexOf(1) + 1));
    const tensor = (values: readonly (readonly number[])[]) =>
      int64(
        [texts.length, longest],
        values.flatMap((row) => row.slice(0, longest)),
      );
    const outputs = await run('textEncoder', {
      input_ids: tensor(encoded.map(({ ids }) => ids)),
      attention_mask: tensor(encoded.map(({ attentionMask }) => attentionMask)),
    });
    const dims = [texts.length, conditioning.clapDimension];
    const embeddings = rows(outputOf(outputs, 'textEncoder', 'embedding', dims), texts.length).map(unit);
    return { embeddings, truncated: encoded.some(({ truncated }) => truncated) };
  };

  return {
    sampleRate,
    attendsNeighbours: false,

    latentSize: (seconds) => melLatentSize(seconds, manifest),

    async condition({ prompt, negative, retrieval, libraryGuidance }, neighbours, branches) {
      // There is no text that stands for none: without a negative prompt it is the empty one.
      const captions = retrieval === 'audio' ? [] : neighbours.map(({ caption }) => caption);
      const { embeddings, truncated } = await embed([prompt, negative, ...captions]);
      const [asked = new Float32Array(), away = new Float32Array(), ...described] = embeddings;
      const known = neighbours.map(({ caption, weight }, k) => ({
        embedding: caption === '' ? undefined : described[k],
        weight,
      }));
      const mixed = mixNeighbours(asked, known, libraryGuidance);
      const text_embedding = float32(
        [branches.length, conditioning.clapDimension],
        join(branches.map(({ text }) => (text ? mixed.prompt : away))),
      );
      return {
        warnings: truncated
          ? [`only the first ${conditioning.textTokens} tokens of a text count: shorten the prompt`]
          : [],
        async denoise(sample, timestep) {
          const time = sample.length / latent.channels / latent.frequency;
          const dims = [branches.length, latent.channels, time, latent.frequency];
          const outputs = await run('unet', {
            text_embedding,
            sample: float32(dims, repeat(sample, branches.length)),
            timestep: float32([branches.length], new Float32Array(branches.length).fill(timestep)),
          });
          const predictions = rows(outputOf(outputs, 'unet', 'prediction', dims), branches.length);
          return { predictions, influence: mixed.influence };
        },
      };
    },

    async encode(samples, size) {
      const { data, frames } = logMel(windowOf(samples, size), audio);
      const outputs = await run('vaeEncoder', { log_mel: float32([1, 1, frames, melBins], data) });
      const { channels, time, frequency } = size;
      const moments = outputOf(outputs, 'vaeEncoder', 'moments', [1, 2 * channels, time, frequency]);
      return moments.slice(0, moments.length / 2).map((mean) => mean * latent.scale);
    },

    async decode(sample, { channels, time, frequency, samples }) {
      const unscaled = sample.map((value) => value / latent.scale);
      const decoded = await run('vaeDecoder', { latent: float32([1, channels, time, frequency], unscaled) });
      return outputOf(decoded, 'vaeDecoder', 'log_mel', [1, 1, samples / hop, melBins]);
    },

    async vocode(decoded, _noise, { samples }) {
      const vocoded = await run('vocoder', { log_mel: float32([1, samples / hop, melBins], decoded) });
      // Its transposed convolutions leave a few samples more at the end.
      const length = Math.max(samples, vocoded['waveform']?.dims[1] ?? 0);
      return [outputOf(vocoded, 'vocoder', 'waveform', [1, length]).subarray(0, samples)];
    },
  };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector.slice();
}
