import { fadeEdges, peak, peakNormalise, removeDc } from '../dsp/level.ts';
import { resample } from '../dsp/resample.ts';
import { RefoleyError } from '../errors.ts';

/** dBFS: leaves room for what a later conversion of the file overshoots. */
const PEAK = -1;
/** Below this there is nothing to bring up but rounding noise. */
const SILENCE = 1e-5;

/**
 * Turns a vocoder's waveform into a take: its sample rate, its exact length, no DC offset, no clicks at its ends and a
 * peak of -1 dBFS.
 * @param waveform mono at `from` Hz; what is missing at its end becomes silence
 * @param to Hz
 * @returns round(seconds * to) samples at `to` Hz
 * @throws RefoleyError 'internal' when the samples are not numbers or there is only silence
 */
export async function finish(
  waveform: Float32Array,
  from: number,
  seconds: number,
  to: number,
): Promise<Float32Array> {
  if (!waveform.every(Number.isFinite)) {
    throw new RefoleyError(
      'internal',
      'the model gave samples that are no numbers: try another seed or less guidance',
    );
  }
  const take = new Float32Array(Math.round(seconds * to));
  take.set((await resample(waveform, from, to)).subarray(0, take.length));
  const faded = fadeEdges(removeDc([take]), to);
  if (peak(faded) < SILENCE) {
    throw new RefoleyError('internal', 'the model gave only silence: try another seed or prompt');
  }
  return peakNormalise(faded, PEAK)[0] ?? take;
}
