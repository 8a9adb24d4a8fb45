import { applyFilterbank, htkFilterbank } from './filterbank.ts';
import { peak } from './level.ts';
import { eachPowerSpectrum, frameCount } from './stft.ts';

/** Sample rate in Hz of the audio tower's input. */
export const TOWER_RATE = 44_100;
/** Frames of one block, about 2.3 s. */
export const TOWER_FRAMES = 100;
export const TOWER_BINS = 96;

const FFT_SIZE = 2048;
const HOP = 1024;
const MAX_BLOCKS = 4;
/** Essentia's EasyLoader leaves 6 dB of headroom. */
const PEAK = 0.5;
/** Largest value in aiSFX's training spectrograms. */
const SCALE = 9.457798957824707;

/** Row-major [blocks, 100, 96]. */
export interface TowerBlocks {
  readonly blocks: number;
  readonly data: Float32Array;
}

/**
 * Input of the CLAP audio tower, the front end of aiSFX (Ma and Lerch, 2022): log10(10000 mel + 1) / 9.458 of at most
 * the first 9.3 s, in 1 to 4 zero-padded blocks; `tower_mel` of training/refoley_training/audio.py.
 *
 * @param samples mono at 44.1 kHz, conditioned
 */
export function towerMel(samples: Float32Array): TowerBlocks {
  const heard = samples.subarray(0, HOP * TOWER_FRAMES * MAX_BLOCKS);
  const level = peak([heard]);
  const gain = level > 0 ? PEAK / level : 1;
  const padded = new Float32Array(heard.length + FFT_SIZE / 2 + FFT_SIZE);
  for (let n = 0; n < heard.length; n++) padded[FFT_SIZE / 2 + n] = heard[n]! * gain;

  const frames = frameCount(padded.length, FFT_SIZE, HOP);
  const blocks = Math.max(1, Math.min(Math.ceil(frames / TOWER_FRAMES), MAX_BLOCKS));
  const data = new Float32Array(blocks * TOWER_FRAMES * TOWER_BINS);
  const bank = htkFilterbank(TOWER_BINS, FFT_SIZE, TOWER_RATE);
  const mel = new Float64Array(TOWER_BINS);
  eachPowerSpectrum(padded, FFT_SIZE, HOP, (frame, power) => {
    if (frame >= blocks * TOWER_FRAMES) return;
    applyFilterbank(bank, power, mel);
    const row = frame * TOWER_BINS;
    for (let i = 0; i < TOWER_BINS; i++) data[row + i] = Math.log10(10_000 * mel[i]! + 1) / SCALE;
  });
  return { blocks, data };
}
