import { readFile } from 'node:fs/promises';
import { decodePeaks, peaksBetween } from '#core/audio/peaks.ts';
import { peaksPath } from './analyseFile.ts';

/** Steps of the envelope that are compared. */
const STEPS = 64;

/** The largest sample of each 64th of a file, whatever its channels; undefined where its waveform was not kept. */
export async function envelopeOf(peaksFolder: string, sha256: string): Promise<Float32Array | undefined> {
  try {
    const peaks = decodePeaks(await readFile(peaksPath(peaksFolder, sha256)));
    const envelope = new Float32Array(STEPS);
    for (const { minima, maxima } of peaksBetween(peaks, 0, peaks.frames, STEPS)) {
      for (let n = 0; n < STEPS; n++) envelope[n] = Math.max(envelope[n]!, maxima[n]!, -minima[n]!);
    }
    return envelope;
  } catch {
    // The waveforms may be deleted at any time, and are made again with the next analysis.
    return undefined;
  }
}

/** How far two envelopes lie apart, as a share of both: 0 for the same, 1 for those that never sound together. */
export function envelopeDistance(a: Float32Array, b: Float32Array): number {
  let [apart, whole] = [0, 0];
  for (let n = 0; n < a.length; n++) {
    apart += Math.abs(a[n]! - b[n]!);
    whole += Math.max(a[n]!, b[n]!);
  }
  return whole > 0 ? apart / whole : 0;
}
