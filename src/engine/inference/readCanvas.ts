import { bandPowers } from '#core/dsp/bandFrames.ts';
import { peak } from '#core/dsp/level.ts';
import { resample } from '#core/dsp/resample.ts';
import { bridged, type Canvas } from '#core/pipeline/canvas.ts';
import { decodeFile } from '../library/decode.ts';

/** An edited sound, and the part of it that is to be made. Seconds. */
export interface CanvasFile {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** From where on the model sees it. */
  readonly window: number;
  /** Whether what is there now does not count. */
  readonly isGap: boolean;
}

/** As the models know sounds (`condition.ts`). */
export const PEAK = 0.7;
const SILENCE = 1e-6;

/**
 * What the model sees of an edited sound, a canvas for each channel.
 *
 * @param rate Hz, of the pack
 * @param seconds of the window
 * @returns `gain`: how much louder than the file they are
 */
export async function readCanvas(
  { path, start, end, window, isGap }: CanvasFile,
  rate: number,
  seconds: number,
): Promise<{ canvases: [Canvas, ...Canvas[]]; gain: number }> {
  const { channels, sampleRate } = await decodeFile(path, { start: window, end: null }, seconds);
  const level = peak(channels);
  const gain = level > SILENCE ? PEAK / level : 1;
  const canvasOf = async (channel: Float32Array): Promise<Canvas> => {
    const scaled = channel.map((sample) => sample * gain);
    const there = await resample(scaled, sampleRate, rate, 'medium');
    const [from, to] = [Math.round((start - window) * rate), Math.round((end - window) * rate)];
    const samples = isGap ? bridged(there, from, to) : there;
    const bands = bandPowers(scaled, sampleRate);
    return { samples, bands, start: start - window, end: end - window };
  };
  const [first = new Float32Array(0), ...others] = channels;
  const canvases: [Canvas, ...Canvas[]] = [await canvasOf(first)];
  for (const channel of others) canvases.push(await canvasOf(channel));
  return { canvases, gain };
}
