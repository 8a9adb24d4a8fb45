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

type Channels = readonly [Float32Array, ...Float32Array[]];

/**
 * Turns a vocoder's waveform into a take: its sample rate, its exact length, the neighbours' high band, no DC offset, no clicks
 * at its ends and a peak of -1 dBFS.
 * @param channels at `from` Hz; what is missing at its end becomes silence
 * @param to Hz
 * @param bands of the sounds that the high band is borrowed from; none leaves it empty
 * @returns round(seconds * to) samples at `to` Hz
 * @throws RefoleyError 'internal' when the samples are not numbers or there is only silence
 */
export async function finish(
  channels: Channels,
  from: number,
  seconds: number,
  to: number,
  bands: readonly WeightedBands[] = [],
): Promise<Channels> {
  const whole = await finishPart(channels, from, { start: 0, end: seconds }, to, bands);
  const faded = fadeEdges(removeDc(whole), to);
  if (peak(faded) < SILENCE) {
    throw new RefoleyError('internal', 'the model gave only silence: try another seed or prompt');
  }
  const [first, ...others] = peakNormalise(faded, PEAK);
  return [first ?? whole[0], ...others];
}

/**
 * A stretch of a vocoder's waveform as loud as it is, at its sample rate and with the high band of other sounds.
 * @param stretch seconds
 * @throws RefoleyError 'internal' when the samples are not numbers
 */
export async function finishPart(
  channels: Channels,
  from: number,
  { start, end }: { readonly start: number; readonly end: number },
  to: number,
  bands: readonly WeightedBands[],
): Promise<Channels> {
  const [first, last] = [Math.round(start * to), Math.round(end * to)];
  const finished = async (waveform: Float32Array): Promise<Float32Array> => {
    if (!waveform.every(Number.isFinite)) {
      throw new RefoleyError(
        'internal',
        'the model gave samples that are no numbers: try another seed or less guidance',
      );
    }
    const part = new Float32Array(last - first);
    part.set((await resample(waveform, from, to)).subarray(first, last));
    return from === BAND_LIMITED && to > from ? extendBand(part, to, bands) : part;
  };
  const [one, ...others] = channels;
  return [await finished(one), ...(await Promise.all(others.map(finished)))];
}
