import type { Loop } from '#core/audio/loops.ts';
import type { FileFormat, FileRegion } from './fileMetadata.ts';

/** A marker, region or loop in samples of one channel. */
export interface SampleRegion {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly kind: FileRegion['kind'];
}

/** Of markers, regions and loops; more than anybody sets, fewer than 16 MB of a chunk may hold. */
const MAX_REGIONS = 10_000;

export function loopRegion({ start, end }: Loop): SampleRegion {
  return { start, end, label: '', kind: 'loop' };
}

/** The first places of a file in seconds, in the order of their starts; what lies outside the file is left out or cut off. */
export function inSeconds(regions: readonly SampleRegion[], format: FileFormat | null): FileRegion[] {
  if (!format) return [];
  const last = format.seconds ?? Infinity;
  return regions
    .slice(0, MAX_REGIONS)
    .map(({ start, end, label, kind }): FileRegion => {
      const from = start / format.sampleRate;
      return { start: from, end: Math.min(last, end / format.sampleRate), label: label.trim(), kind };
    })
    .filter(({ start, end, kind }) => start <= last && (kind === 'marker' || end > start))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}
