import type { BandFrames } from '../dsp/bandFrames.ts';
import { peak } from '../dsp/level.ts';
import type { LatentSize } from './models/model.ts';

/** A sound that a model works into: a stretch of it is made anew, the rest stays and is what the new part has to fit. */
export interface Canvas {
  /** Mono at the pack's sample rate, with a peak as the models know sounds (`core/dsp/condition.ts`); its onset where it is. */
  readonly samples: Float32Array;
  /** The stretch, in seconds. */
  readonly start: number;
  readonly end: number;
  /** Of its recording, before it was brought to the pack's sample rate: where the new part's high band comes from. */
  readonly bands?: BandFrames | undefined;
  /** Of a further channel: how much of its noise is that of the first one, 0 to 1, as a correlation. */
  readonly alike?: number | undefined;
}

/**
 * Puts what is known back around a stretch of a latent that is being denoised (Lugmayr et al., "RePaint", 2022, without
 * its jumps back): with the noise of that step, the model sees its surroundings as they would be there.
 *
 * @param latent [channels, time, frequency]
 * @param known of that shape
 * @param rate Hz, of `size.samples`
 */
export function withSurroundings(
  latent: Float32Array,
  known: Float32Array,
  { start, end }: Pick<Canvas, 'start' | 'end'>,
  { channels, time, frequency, samples }: LatentSize,
  rate: number,
): Float32Array {
  const frame = samples / time / rate;
  const from = Math.max(0, Math.floor(start / frame));
  const to = Math.min(time, Math.ceil(end / frame));
  const whole = known.slice();
  for (let channel = 0; channel < channels; channel++) {
    const at = channel * time;
    const made = latent.subarray((at + from) * frequency, (at + to) * frequency);
    whole.set(made, (at + from) * frequency);
  }
  return whole;
}

/**
 * What is around a gap mirrored into it from both sides, again and again where there is little, each fading out towards the
 * other: of the right kind and level, for the model to make something of (ADR 15).
 *
 * @param from first sample of the gap
 * @param to the first one after it; may be after the end
 */
export function bridged(samples: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(Math.max(samples.length, to));
  out.set(samples);
  const before = samples.subarray(0, from);
  const after = samples.subarray(to);
  for (let n = from; n < to; n++) {
    const angle = ((n - from + 0.5) / (to - from)) * (Math.PI / 2);
    const fading = after.length > 0 ? Math.cos(angle) : 1;
    const rising = before.length > 0 ? Math.sin(angle) : 1;
    const left = before[before.length - 1 - backAndForth(n - from, before.length)] ?? 0;
    const right = after[backAndForth(to - 1 - n, after.length)] ?? 0;
    out[n] = fading * left + rising * right;
  }
  return out;
}

/** Where so many steps lead in a row of that length, whose ends turn back. */
function backAndForth(steps: number, length: number): number {
  const place = steps % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}

/** Below this, 40 dB under the loudest moment of a canvas, a part is a hole in it. */
const HOLE = 0.007;

/** The part of each candidate that will be heard; those that are holes only where all are. */
export function audibleParts<Candidate extends { readonly waveform: Float32Array }>(
  candidates: readonly Candidate[],
  { start, end }: Pick<Canvas, 'start' | 'end'>,
  rate: number,
): readonly Candidate[] {
  const [from, to] = [Math.round(start * rate), Math.round(end * rate)];
  const parts = candidates.map((each) => ({ ...each, waveform: each.waveform.subarray(from, to) }));
  const audible = parts.filter(({ waveform }) => peak([waveform]) > HOLE);
  return audible.length > 0 ? audible : parts;
}
