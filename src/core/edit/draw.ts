import { createRealFft } from '../dsp/fft.ts';
import { mixdown } from '../dsp/mixdown.ts';
import { periodicHann } from '../dsp/window.ts';
import { clipLength, framesIn, type Clip } from './clip.ts';

const FULL_SCALE = 32_767;
/** Samples of a frame of the spectrogram. */
const FFT_SIZE = 2048;
/** dBFS that are black; 0 dBFS is 255. */
const DARKEST = -100;

/**
 * What to draw of a clip, from its samples, so that it is exact at any zoom: for each channel the minimum and maximum of
 * each column in turn, -32767..32767 at full scale, rounded outwards.
 *
 * @param ready samples that are there; columns after them are 0
 */
export function waveformOf(clip: Clip, columns: number, ready = clipLength(clip)): Int16Array<ArrayBuffer>[] {
  const length = clipLength(clip);
  const there = Math.ceil((columns * ready) / length);
  return clip.channels.map((channel) => {
    const drawn = new Int16Array(2 * columns);
    for (let column = 0; column < Math.min(columns, there); column++) {
      const from = Math.floor((column * length) / columns);
      const to = Math.min(length, Math.max(from + 1, Math.floor(((column + 1) * length) / columns)));
      let least = channel[from] ?? 0;
      let most = least;
      for (let n = from + 1; n < to; n++) {
        const sample = channel[n]!;
        if (sample < least) least = sample;
        if (sample > most) most = sample;
      }
      drawn[2 * column] = Math.max(-FULL_SCALE, Math.floor(least * FULL_SCALE));
      drawn[2 * column + 1] = Math.min(FULL_SCALE, Math.ceil(most * FULL_SCALE));
    }
    return drawn;
  });
}

/**
 * Levels of a stretch, mono, at moments that are evenly spread: for each column the rows from low to high, evenly spread in
 * mel; 0 is -100 dBFS and less, 255 is a sine at full scale. A row shows the loudest of its frequencies.
 *
 * @param stretch seconds
 * @throws RefoleyError `input` for a stretch that is not within the clip
 */
export function spectrogramOf(
  clip: Clip,
  stretch: { readonly start: number; readonly end: number },
  columns: number,
  rows: number,
): Uint8Array<ArrayBuffer> {
  const { start, end } = framesIn(clip, stretch);
  const margin = FFT_SIZE / 2;
  const heard = mixdown(clip.channels.map((channel) => padded(channel, start - margin, end + margin)));
  const fft = createRealFft(FFT_SIZE);
  const window = periodicHann(FFT_SIZE);
  const windowed = new Float64Array(FFT_SIZE);
  const powers = new Float64Array(FFT_SIZE / 2 + 1);
  const bins = melEdges(rows, clip.rate).map((hz) => (hz * FFT_SIZE) / clip.rate);
  // A sine at full scale has half of the window's sum in its bin.
  const full = 20 * Math.log10(window.reduce((sum, value) => sum + value, 0) / 2);
  const drawn = new Uint8Array(columns * rows);
  for (let column = 0; column < columns; column++) {
    const from = Math.round(((column + 0.5) * (end - start)) / columns);
    for (let n = 0; n < FFT_SIZE; n++) windowed[n] = (heard[from + n] ?? 0) * window[n]!;
    fft.transform(windowed);
    for (let k = 0; k < powers.length; k++) powers[k] = fft.real[k]! ** 2 + fft.imaginary[k]! ** 2;
    for (let row = 0; row < rows; row++) {
      const level = 10 * Math.log10(loudest(powers, bins[row]!, bins[row + 1]!)) - full;
      drawn[column * rows + row] = Math.round(255 * Math.min(1, Math.max(0, 1 - level / DARKEST)));
    }
  }
  return drawn;
}

function padded(channel: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(to - from);
  const first = Math.max(0, from);
  out.set(channel.subarray(first, Math.min(channel.length, to)), first - from);
  return out;
}

/** Of the bins between two places; between two bins, what lies on the line from one to the other. */
function loudest(powers: Float64Array, from: number, to: number): number {
  const middle = (from + to) / 2;
  const below = Math.floor(middle);
  let most = powers[below]! + (middle - below) * ((powers[below + 1] ?? 0) - powers[below]!);
  for (let k = Math.ceil(from); k < to; k++) most = Math.max(most, powers[k]!);
  return most;
}

/** Hz, from 20 Hz to half of the rate (O'Shaughnessy's mel). */
function melEdges(rows: number, rate: number): number[] {
  const mel = (hz: number): number => 2595 * Math.log10(1 + hz / 700);
  const low = mel(20);
  const step = (mel(rate / 2) - low) / rows;
  return Array.from({ length: rows + 1 }, (_, row) => 700 * (10 ** ((low + row * step) / 2595) - 1));
}
