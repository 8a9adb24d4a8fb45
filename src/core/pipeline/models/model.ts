import type { Scheduler } from '../../diffusion/schedule.ts';
import type { NeighbourSound, Stereo } from '../encodeNeighbours.ts';
import type { TakeSettings } from '../settings.ts';

/** Sizes of what a take is made of, from latent to waveform. A latent is row-major [channels, time, frequency]. */
export interface LatentSize {
  readonly channels: number;
  /** Latent frames; a multiple of what the denoiser's down-sampling needs. */
  readonly time: number;
  /** 1 where a latent frame has no bands. */
  readonly frequency: number;
  /** At the model's sample rate; no fewer than the take needs. */
  readonly samples: number;
  /** Values of noise that decoding takes. */
  readonly noise: number;
}

/** What the denoiser makes of one latent. */
export interface Denoised {
  /** Guided by the prompt and by the library. */
  readonly prediction: Float32Array;
  /** Per neighbour, the attention that it received, or its share of what was mixed into the prompt. */
  readonly influence: Float32Array;
}

/** A sound that is to be worked into. */
export interface KnownSound {
  readonly latent: Float32Array;
  /** In seconds, what of it is to be made anew. */
  readonly parts: readonly (readonly [from: number, to: number])[];
}

/** The denoiser with all that it is told for one take. */
export interface Denoiser {
  /** What the user should know although it works. */
  readonly warnings: readonly string[];
  /**
   * @param timestep of the scheduler
   * @param isGuided otherwise the latent is shown once, to the model that is told all
   */
  denoise(latent: Float32Array, timestep: number, isGuided: boolean): Promise<Denoised>;
}

/** The way from noise to sound. */
export interface SamplingPlan {
  readonly scheduler: Scheduler;
  /** The step to begin with: later ones where a sound is there already. */
  readonly first: number;
  /** Whether that sound is begun with, noised as that step is; otherwise noise alone. */
  readonly isBegun: boolean;
}

/** The models of a pack, as `generate` uses them: what differs between families is in here. */
export interface Model {
  /** Hz, of sounds and waveforms. */
  readonly sampleRate: number;
  /** Whether the denoiser was shown neighbours in training; otherwise they are mixed into the prompt. */
  readonly attendsNeighbours: boolean;
  /** Whether the denoiser is told what is around a part; otherwise that is put back after every step. */
  readonly fitsSurroundings?: boolean;
  /** The smallest latent that covers `seconds`. */
  latentSize(seconds: number): LatentSize;
  /** Encodes the texts and the neighbours, and plans what of them each step is shown. */
  condition(
    settings: TakeSettings,
    neighbours: readonly NeighbourSound[],
    size: LatentSize,
    known?: KnownSound,
  ): Promise<Denoiser>;
  /**
   * @param hasSound whether there is a sound to begin with, as far as `settings.start` says
   * @param candidate of the seed: samplers that add noise on their way take it from its stream
   */
  planSampling(settings: TakeSettings, isBegun: boolean, size: LatentSize, candidate: number): SamplingPlan;
  /**
   * The latent of a sound: its beginning, as long as the take is, with silence after it.
   * @param samples mono, conditioned
   * @param stereo the same sound where it is in stereo and the model makes two channels
   */
  encode(samples: Float32Array, size: LatentSize, stereo?: Stereo): Promise<Float32Array>;
  /** Latent to log-mel, or to what else `vocode` takes. */
  decode(latent: Float32Array, size: LatentSize): Promise<Float32Array>;
  /**
   * To the waveform, `size.samples` of each channel.
   * @param noise standard normal, `size.noise` values
   */
  vocode(
    decoded: Float32Array,
    noise: Float32Array,
    size: LatentSize,
  ): Promise<readonly [Float32Array, ...Float32Array[]]>;
}

/** A model that draws a sound token by token, where others denoise a latent. */
export interface TokenModel {
  /** Hz. */
  readonly sampleRate: number;
  /** Encodes the texts. */
  condition(settings: TakeSettings): Promise<TokenTeller>;
  /** Codes, of each codebook its own, to the waveform of each channel. */
  decode(codes: readonly (readonly number[])[]): Promise<readonly [Float32Array, ...Float32Array[]]>;
}

/** The language model with all that it is told for one take. */
export interface TokenTeller {
  /** What the user should know although it works. */
  readonly warnings: readonly string[];
  /** The codes of a candidate of the seed. */
  draw(candidate: number, progress: (done: number, of: number) => void): Promise<number[][]>;
}
