import { clapMel, type ClapFormat } from '../../dsp/clapMel.ts';
import { resample } from '../../dsp/resample.ts';
import type { PartName } from '../../pack/manifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { GraphRunner } from '../parts.ts';
import { float32, int64, outputOf, rows } from '../tensors.ts';

/** CLAP embeddings of texts, of unit length, and whether one was too long and lost its end. */
export async function embedByClap(
  texts: readonly string[],
  part: PartName,
  { textTokens, clapDimension }: { readonly textTokens: number; readonly clapDimension: number },
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Promise<{ embeddings: Float32Array[]; truncated: boolean }> {
  const encoded = texts.map((text) => tokenizer.encode(text, textTokens));
  // Padding costs as much as words and changes nothing.
  const longest = Math.max(1, ...encoded.map(({ attentionMask }) => attentionMask.lastIndexOf(1) + 1));
  const tensor = (values: readonly (readonly number[])[]) =>
    int64(
      [texts.length, longest],
      values.flatMap((row) => row.slice(0, longest)),
    );
  const outputs = await run(part, {
    input_ids: tensor(encoded.map(({ ids }) => ids)),
    attention_mask: tensor(encoded.map(({ attentionMask }) => attentionMask)),
  });
  const embeddings = outputOf(outputs, part, 'embedding', [texts.length, clapDimension]);
  return {
    embeddings: rows(embeddings, texts.length).map(unit),
    truncated: encoded.some(({ truncated }) => truncated),
  };
}

/** CLAP embedding of a mono sound, of unit length. */
export async function embedSoundByClap(
  samples: Float32Array,
  sampleRate: number,
  {
    clap,
    conditioning,
  }: { readonly clap: ClapFormat; readonly conditioning: { readonly clapDimension: number } },
  run: GraphRunner,
): Promise<Float32Array> {
  const sound = await resample(samples, sampleRate, clap.sampleRate, 'medium');
  const { views, frames, bins, data } = clapMel(sound, clap);
  const outputs = await run('clapAudio', { input_features: float32([1, views, frames, bins], data) });
  return unit(outputOf(outputs, 'clapAudio', 'embedding', [1, conditioning.clapDimension]));
}

/**
 * What CLAP hears of a sound, as it is: the middle of a long one, or all of it where views are fused. Empty for silence, which is
 * heard alike, and for what is no sound.
 */
export function partForClap(
  samples: Float32Array,
  sampleRate: number,
  { seconds, fused }: ClapFormat,
): Float32Array {
  if (!samples.every(Number.isFinite) || samples.every((sample) => sample === 0)) return new Float32Array();
  const length = fused ? samples.length : Math.round(seconds * sampleRate);
  const first = Math.max(0, Math.floor((samples.length - length) / 2));
  return samples.subarray(first, first + length);
}

/** Of unit length; nothing stays nothing. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector.slice();
}

/** Of unit length, between vectors of unit length. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first, ...others] = vectors;
  return first && unit(first.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value)));
}
