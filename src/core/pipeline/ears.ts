import type { HearingManifest, PartName } from '../pack/manifest.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { embedSound, towerPart } from './embedSound.ts';
import { embedTexts, encodeTexts } from './encodeTexts.ts';
import { embedByClap, embedSoundByClap, partForClap } from './models/clapEmbeddings.ts';
import type { GraphRunner } from './parts.ts';

/** The CLAP towers of a pack that a library is heard with, in memory. */
export interface LoadedEars {
  readonly manifest: HearingManifest;
  readonly tokenizer: TextTokenizer;
  readonly run: GraphRunner;
}

/** Texts and sounds as vectors of unit length in one space. */
export interface Ears {
  embedTexts(texts: readonly string[]): Promise<Float32Array[]>;
  /** @param samples mono, as `heardPart` makes them; @param sampleRate Hz */
  embedSound(samples: Float32Array, sampleRate: number): Promise<Float32Array>;
}

/** The ears of a pack, whatever its family. */
export function createEars({ manifest, tokenizer, run }: LoadedEars): Ears {
  const { conditioning } = manifest;
  const dimension = conditioning.clapDimension;
  if (manifest.format === 1)
    return {
      async embedTexts(texts) {
        const encoded = await encodeTexts(texts, run, tokenizer, manifest.conditioning);
        return embedTexts(encoded, run, dimension);
      },
      embedSound: (samples, sampleRate) => embedSound(samples, sampleRate, run, dimension),
    };
  return {
    async embedTexts(texts) {
      const { embeddings } = await embedByClap(texts, 'clapText', conditioning, tokenizer, run);
      return embeddings;
    },
    embedSound: (samples, sampleRate) => embedSoundByClap(samples, sampleRate, manifest, run),
  };
}

/** What the ears of a pack need of a sound. Empty for silence and for what is no sound. */
export function heardPart(
  samples: Float32Array,
  sampleRate: number,
  manifest: HearingManifest,
): Float32Array {
  return manifest.format === 1
    ? towerPart(samples, sampleRate)
    : partForClap(samples, sampleRate, manifest.clap);
}

/** The graphs that a text goes through. */
export function textParts({ format }: HearingManifest): readonly PartName[] {
  return format === 1 ? ['textEncoder', 'clapText'] : ['clapText'];
}
