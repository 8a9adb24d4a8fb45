import type { TakeManifest } from '#core/pack/manifest.ts';
import { latentSizeOf } from '#core/pipeline/models/latentSize.ts';

/** How large the dimensions are that a graph leaves open, by the names that they have in it. */
export type Sizes = Readonly<Record<string, number>>;

/** Of a usual prompt. */
const WORDS = 12;
/** States that AudioLDM 2's language model is asked for. */
const GENERATED = 8;
/** Rows that a UNet is given at once where a take is guided. */
const GUIDED_ROWS = 2;

/** Sizes of the two runs of a test: a small one, which shows soon whether the numbers are right, and one of a usual take. */
export function testSizes(manifest: TakeManifest, part: string): readonly [small: Sizes, usual: Sizes] {
  const { conditioning, defaults, distilled } = manifest;
  const of = (seconds: number): Sizes => {
    const { time, samples } = latentSizeOf(seconds, manifest);
    if (manifest.format === 2 && manifest.family === 'stable-audio-3')
      return {
        ...{ batch: 1, length: WORDS, frames: time, local_frames: 1 },
        samples: time * manifest.latent.samplesPerFrame,
      };
    if (manifest.format === 2 && manifest.family === 'audiogen')
      return { batch: GUIDED_ROWS, length: WORDS, frames: time, steps: time };
    return {
      batch: part === 'unet' && !distilled ? GUIDED_ROWS : 1,
      ...{ frames: time, mel_frames: samples / manifest.audio.hop, samples },
      neighbours: Math.max(1, defaults.k),
      ...{ sequence: conditioning.textTokens, words: WORDS, length: WORDS, generated: GENERATED },
    };
  };
  const shortest = Number.EPSILON;
  return [of(shortest), of(defaults.duration)];
}
