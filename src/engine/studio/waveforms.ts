import { readFile } from 'node:fs/promises';
import { decodePeaks, peaksBetween, type Peaks } from '#core/audio/peaks.ts';
import { peaksPath } from '../library/analyseFile.ts';

/** Decoded peaks that are kept: a screen of rows and what is around it. */
const KEPT = 200;

export interface DrawnSound {
  /** Of its file. */
  readonly sha256: string;
  /** Seconds within the file. */
  readonly start: number;
  readonly end: number;
}

/** Draws the waveforms of sounds from the peaks beside the catalogue; those used last stay decoded. */
export function createWaveforms(folder: string) {
  const decoded = new Map<string, Promise<Peaks | null>>();

  const peaksOf = (sha256: string): Promise<Peaks | null> => {
    const known = decoded.get(sha256);
    decoded.delete(sha256);
    const peaks = known ?? read(peaksPath(folder, sha256));
    decoded.set(sha256, peaks);
    for (const oldest of decoded.keys()) {
      if (decoded.size <= KEPT) break;
      decoded.delete(oldest);
    }
    // What is not there yet may be there the next time.
    void peaks.then((found) => found ?? decoded.delete(sha256));
    return peaks;
  };

  return {
    /** Minimum and maximum of each column in turn, -127 to 127, over all channels; null before the sound was analysed. */
    async draw({ sha256, start, end }: DrawnSound, columns: number): Promise<Int8Array<ArrayBuffer> | null> {
      const peaks = await peaksOf(sha256);
      if (!peaks || !(end > start)) return null;
      const channels = peaksBetween(peaks, start * peaks.rate, end * peaks.rate, columns);
      return Int8Array.from({ length: 2 * columns }, (_, place) => {
        const column = place >> 1;
        const low = place % 2 === 0;
        const values = channels.map(({ minima, maxima }) => (low ? minima : maxima)[column] ?? 0);
        const extreme = low ? Math.min(0, ...values) : Math.max(0, ...values);
        return Math.round(127 * Math.min(1, Math.max(-1, extreme)));
      });
    },
  };
}

async function read(path: string): Promise<Peaks | null> {
  try {
    return decodePeaks(await readFile(path));
  } catch {
    return null;
  }
}
