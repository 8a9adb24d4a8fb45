import type { BandFrames } from '../dsp/bandFrames.ts';
import type { RefoleyManifest } from '../pack/refoleyManifest.ts';
import type { TextStates } from './encodeTexts.ts';
import { MASKED } from './parts.ts';
import type { RetrievalMode } from './recipe.ts';

/** Left and right, of one length. */
export type Stereo = readonly [Float32Array, Float32Array];

/** A neighbour ready for the model. */
export interface NeighbourSound {
  /** Mono at the pack's sample rate, conditioned (`core/dsp/condition.ts`); as much of it as a take may begin from. */
  readonly samples: Float32Array;
  /** The same of its two channels, for models that make two. */
  readonly stereo?: Stereo | undefined;
  /** '' when there is none: then only its audio is attended to. */
  readonly caption: string;
  /** Factor on its share of the attention; 1 is neutral. */
  readonly weight: number;
  /** CLAP embedding of how it sounds, where it is known: what candidates are compared with. */
  readonly embedding?: Float32Array | undefined;
  /** The same where the model's own prompts are embedded in that space, and it may be mixed into one. */
  readonly inPromptSpace?: Float32Array | undefined;
  /** Of its recording, before it was brought to the pack's sample rate: where a take's high band comes from. */
  readonly bands?: BandFrames | undefined;
}

/** What the UNet's cross-attention sees of the library. */
export interface LibraryContext {
  readonly count: number;
  /** [count, audioTokens, audioDimension] */
  readonly audioTokens: Float32Array;
  /** [count, textTokens, textDimension] */
  readonly textTokens: Float32Array;
  /** [count, audioTokens + textTokens] */
  readonly tokenBias: Float32Array;
}

/** How much of a neighbour there is to see. */
export type NeighbourSizes = Pick<
  RefoleyManifest['conditioning'],
  'audioTokens' | 'audioDimension' | 'textTokens' | 'textDimension'
>;

/** The models that neighbours are seen by. */
export interface NeighbourEncoders {
  /** AudioMAE vectors, [count, audioTokens, audioDimension]. */
  sounds(samples: readonly Float32Array[]): Promise<Float32Array>;
  /** Token states of captions. */
  texts(captions: readonly string[]): Promise<Pick<TextStates, 'states' | 'mask'>>;
}

/**
 * E_ra and E_rt of the paper: AudioMAE vectors and token states of each neighbour, and how strongly each is heard.
 * Without neighbours it is one absent one, fully masked, because the graph needs at least one.
 */
export async function encodeNeighbours(
  neighbours: readonly NeighbourSound[],
  mode: RetrievalMode,
  encoders: NeighbourEncoders,
  sizes: NeighbourSizes,
): Promise<LibraryContext> {
  const { audioTokens, textTokens } = sizes;
  if (neighbours.length === 0) return absentContext(sizes);
  const count = neighbours.length;
  const sounds = await encoders.sounds(neighbours.map(({ samples }) => samples));
  const texts = await encoders.texts(neighbours.map(({ caption }) => caption));

  const tokenBias = new Float32Array(count * (audioTokens + textTokens)).fill(MASKED);
  neighbours.forEach(({ caption, weight }, k) => {
    const bias = tokenBias.subarray(k * (audioTokens + textTokens), (k + 1) * (audioTokens + textTokens));
    const mask = texts.mask.subarray(k * textTokens, (k + 1) * textTokens);
    if (mode === 'audio' || mode === 'both') bias.fill(Math.log(weight), 0, audioTokens);
    if ((mode === 'text' || mode === 'both') && caption !== '') {
      mask.forEach((token, t) => (bias[audioTokens + t] = token === 1 ? Math.log(weight) : MASKED));
    }
  });
  return {
    count,
    audioTokens: sounds,
    textTokens: texts.states,
    tokenBias,
  };
}

function absentContext(sizes: NeighbourSizes): LibraryContext {
  const { audioTokens, audioDimension, textTokens, textDimension } = sizes;
  return {
    count: 1,
    audioTokens: new Float32Array(audioTokens * audioDimension),
    textTokens: new Float32Array(textTokens * textDimension),
    tokenBias: new Float32Array(audioTokens + textTokens).fill(MASKED),
  };
}
