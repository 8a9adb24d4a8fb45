import { extendBand, type WeightedBands } from '../dsp/bandExtension.ts';
import { fadeEdges, peak, peakNormalise, removeDc } from '../dsp/level.ts';
import { resample } from '../dsp/resample.ts';
import { RefoleyError } from '../errors.ts';

/** dBFS: leaves room for what a later conversion of the file overshoots. */
const PEAK = -1;
/** Hz: the sample rate whose band `extendBand` goes on from. */
const BAND_LIMITED = 16_000;
/** Below this there is nothing to bring up but rounding noise. */
const SILENCE = 1e-5;

/**
 * Turns a vocoder's waveform into a take: `atFullBand`, no DC offset, no clicks at its ends and a peak of -1 dBFS.
 * @param waveform mono at `from` Hz; what is missing at its end becomes silence
 * @param to Hz
 * @param bands of the sounds that the high band is borrowed from; none leaves it empty
 * @returns round(seconds * to) samples at `to` Hz
 * @throws RefoleyError 'internal' when the samples are not numbers or there is only silence
 */
export async function finish(
  waveform: Float32Array,
  from: number,
  seconds: number,
  to: number,
  bands: readonly WeightedBands[] = [],
): Promise<Float32Array> {
  const whole = await atFullBand(waveform, from, seconds, to, bands);
  const faded = fadeEdges(removeDc([whole]), to);
  if (peak(faded) < SILENCE) {
    throw new RefoleyError('internal', 'the model gave only silence: try another seed or prompt');
  }
  return peakNormalise(faded, PEAK)[0] ?? whole;
}

/**
 * Brings a vocoder's waveform to its sample rate and its exact length; above the band of `from`, to what full-band sounds
 * have there.
 * @throws RefoleyError 'internal' when the samples are not numbers
 */
export async function atFullBand(
  waveform: Float32Array,
  from: number,
  seconds: number,
  to: number,
  bands: readonly WeightedBands[],
): Promise<Float32Array> {
  if (!waveform.every(Number.isFinite)) {
    throw new RefoleyError(
      'internal',
      'the model gave samples that are no numbers: try another seed or less guidance',
    );
  }
  const take = new Float32Array(Math.round(seconds * to));
  take.set((await resample(waveform, from, to)).subarray(0, take.length));
  return from === BAND_LIMITED && to > from ? extendBand(take, to, bands) : take;
}
