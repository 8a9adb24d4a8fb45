import { removeDc as withoutDc, peak } from '../../dsp/level.ts';
import { integratedLoudness } from '../../dsp/loudness.ts';
import { HIGHEST_OVER, truePeak } from '../../dsp/truePeak.ts';
import { RefoleyError } from '../../errors.ts';
import { clipLength, frameIn, framesIn, mapChannels, type Clip } from '../clip.ts';
import type { Curve, OperationOf } from '../operations.ts';
import { smooth, within } from '../splice.ts';

/** dB and less is silence. */
const SILENT = -144;
/** An exponential fade begins so much below full level, in amplitude: 60 dB. */
const EXPONENTIAL_RANGE = 1000;

/** A long fade goes straight between so many points of its curve, which nobody can tell from the curve (2e-8). */
const CURVE_STEPS = 16_384;

const RISES: Readonly<Record<Curve, (t: number) => number>> = {
  linear: (t) => t,
  equalPower: (t) => Math.sin((Math.PI / 2) * t),
  exponential: (t) => (EXPONENTIAL_RANGE ** t - 1) / (EXPONENTIAL_RANGE - 1),
  sCurve: smooth,
};

/** From silence at its first sample to full level at its last, or the other way round. */
export function fade(clip: Clip, { direction, curve, ...stretch }: OperationOf<'fade'>): Clip {
  const { start, end } = framesIn(clip, stretch);
  const rise = RISES[curve];
  const last = Math.max(1, end - start - 1);
  const steps = Math.min(last, CURVE_STEPS);
  const levelAt = (step: number): number => rise((direction === 'in' ? step : steps - step) / steps);
  return mapChannels(clip, (channel) => {
    const out = channel.slice();
    for (let step = 0; step < steps; step++) {
      const [from, to] = [
        start + Math.round((step * last) / steps),
        start + Math.round(((step + 1) * last) / steps),
      ];
      const [level, slope] = [levelAt(step), (levelAt(step + 1) - levelAt(step)) / (to - from)];
      for (let n = from; n < to; n++) out[n] = channel[n]! * (level + slope * (n - from));
    }
    out[end - 1] = end - start === 1 ? 0 : channel[end - 1]! * levelAt(steps);
    return out;
  });
}

export function gain(clip: Clip, { db, ...stretch }: OperationOf<'gain'>): Clip {
  const factor = ratioOf(db);
  return within(clip, framesIn(clip, stretch), (samples) => scaled(samples, factor));
}

/** @throws RefoleyError `input` when a point is outside of the clip */
export function envelope(clip: Clip, { points }: OperationOf<'envelope'>): Clip {
  const length = clipLength(clip);
  const bends = points
    .map(({ at, db }) => ({ frame: frameIn(clip, at), db }))
    .toSorted((a, b) => a.frame - b.frame);
  const [first, last] = [bends[0], bends.at(-1)];
  if (!first || !last) return clip;
  const level = [{ ...first, frame: 0 }, ...bends, { ...last, frame: length }];
  return mapChannels(clip, (channel) => {
    const out = new Float32Array(length);
    for (const [index, to] of level.entries()) {
      const from = level[index - 1];
      if (!from || to.frame === from.frame) continue;
      // Straight in dB: each gain is the one before times the same factor.
      const step = 10 ** ((to.db - from.db) / (to.frame - from.frame) / 20);
      let factor = ratioOf(from.db);
      for (let n = from.frame; n < to.frame; n++, factor *= step) out[n] = channel[n]! * factor;
    }
    return out;
  });
}

/** @throws RefoleyError `input` for silence */
export function normalise(clip: Clip, { measure, to, ceiling }: OperationOf<'normalise'>): Clip {
  const level = levelOf(clip, measure);
  if (!Number.isFinite(level))
    throw new RefoleyError('input', 'the sound is silent: it has no level that could be brought up');
  const db = measure === 'lufs' ? below(clip.channels, ceiling, to - level) : to - level;
  return mapChannels(clip, (channel) => scaled(channel, 10 ** (db / 20)));
}

/** No more gain than keeps true peaks below a ceiling. They take longer to find than a bound that mostly is enough. */
function below(channels: readonly Float32Array[], ceiling: number, db: number): number {
  if (20 * Math.log10(peak(channels)) + HIGHEST_OVER + db <= ceiling) return db;
  return Math.min(db, ceiling - truePeak(channels));
}

function levelOf({ channels, rate }: Clip, measure: OperationOf<'normalise'>['measure']): number {
  if (measure === 'peak') return 20 * Math.log10(peak(channels));
  return measure === 'truePeak' ? truePeak(channels) : integratedLoudness(channels, rate);
}

export function removeDc(clip: Clip): Clip {
  return { ...clip, channels: withoutDc(clip.channels) };
}

function ratioOf(db: number): number {
  return db <= SILENT ? 0 : 10 ** (db / 20);
}

function scaled(samples: Float32Array, factor: number): Float32Array {
  const out = new Float32Array(samples.length);
  for (let n = 0; n < out.length; n++) out[n] = samples[n]! * factor;
  return out;
}
