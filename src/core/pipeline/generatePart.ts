import { peak } from '../dsp/level.ts';
import { mixdown } from '../dsp/mixdown.ts';
import type { Canvas } from './canvas.ts';
import type { NeighbourSound } from './encodeNeighbours.ts';
import { generate, type Generated, type LoadedPack, type Watch } from './generate.ts';
import type { TakeSettings } from './settings.ts';

/** Seconds by which a sound can come later to one microphone than to the other. */
const LATE = 0.0015;
/** Parts are less alike than their noise is: with the eighth root they come near (ADR 15). */
const NOISE_SHARE = 1 / 8;
/** A channel is brought to its level beside the loudest one, by no more than this. */
const MOST_GAIN = 2;
/** Channels that are the same but for their level. */
const ONE = 1 - 1e-6;

/**
 * Makes a part of a sound in each of its channels. The loudest one chooses among the candidates; the noise of the others is as like
 * its noise as the channels are like each other, so that the part is as wide as the sound. Channels that are the same are
 * made once, and one that is silent stays so.
 *
 * @param canvases one for each channel
 * @throws RefoleyError as `generate`
 */
export async function generatePart(
  settings: TakeSettings,
  neighbours: readonly NeighbourSound[],
  pack: LoadedPack,
  watch: Watch,
  canvases: readonly [Canvas, ...Canvas[]],
): Promise<Omit<Generated, 'channels'> & { readonly channels: readonly Float32Array[] }> {
  const levels = canvases.map(({ samples }) => peak([samples]));
  const loudest = canvases[levels.indexOf(Math.max(...levels))] ?? canvases[0];
  const { channels: made, ...first } = await generate(settings, neighbours, pack, watch, loudest);
  const samples = mixdown(made);
  const again = { ...settings, candidate: first.candidate };
  const late = Math.round(LATE * pack.manifest.audio.sampleRate);
  const channels: Float32Array[] = [];
  for (const canvas of canvases) {
    if (canvas === loudest) {
      channels.push(samples);
      continue;
    }
    const level = rms(canvas.samples) / rms(loudest.samples);
    const alike = likeness(loudest.samples, canvas.samples, late);
    if (level === 0) channels.push(new Float32Array(samples.length));
    else if (alike > ONE) channels.push(samples.map((sample) => level * sample));
    else {
      const part = { ...canvas, alike: alike ** NOISE_SHARE };
      const own = mixdown((await generate(again, neighbours, pack, watch, part)).channels);
      const wanted = (level * rms(samples)) / rms(own);
      const gain = Math.min(MOST_GAIN, Math.max(1 / MOST_GAIN, wanted));
      channels.push(own.map((sample) => gain * sample));
    }
  }
  return { ...first, channels };
}

/** The highest correlation of two channels, whichever of them is late, 0 to 1. */
function likeness(one: Float32Array, other: Float32Array, late: number): number {
  const full = rms(one) * rms(other) * one.length;
  let most = 0;
  for (let lag = -late; lag <= late; lag++) {
    let sum = 0;
    for (let n = Math.max(0, -lag); n < Math.min(one.length, other.length - lag); n++)
      sum += one[n]! * other[n + lag]!;
    most = Math.max(most, Math.abs(sum));
  }
  return full > 0 ? Math.min(1, most / full) : 0;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}
