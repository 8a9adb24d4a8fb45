import { describingText } from '#core/text/describingText.ts';
import { isCatId } from '#core/text/ucs.ts';
import type { Stretch } from './describeSound.ts';
import type { FileRegion } from './metadata/fileMetadata.ts';

export interface MarkedPart extends Stretch {
  readonly part: 'marker';
}

/** Seconds. A shorter stretch is a place, not a sound. */
const SHORTEST = 0.05;
/** Seconds by which a stretch may miss the file's ends and still be all of it. */
const NEAR = 0.01;
/** More than this a person does not set; a program that numbers every beat does. */
const MOST = 500;

/**
 * The sounds that a file's markers, regions and loops mark. A region and a loop are as long as they say, a marker reaches up to the
 * next one, the last to the end of the file. What is shorter than 50 ms or all of the file without saying more about
 * it is none. Of two at the same place the one that has a label counts.
 *
 * @param regions by their starts
 * @param seconds length of the file
 */
export function markedParts(regions: readonly FileRegion[], seconds: number): MarkedPart[] {
  const points = regions.filter(({ kind }) => kind === 'marker').map(({ start }) => start);
  const parts = new Map<string, MarkedPart>();
  for (const { start, end, kind, label: written } of regions) {
    const stop =
      kind === 'marker'
        ? (points.find((point) => point - start >= SHORTEST) ?? seconds)
        : Math.min(end, seconds);
    const label = describingText(written, isCatId);
    const whole = start <= NEAR && stop >= seconds - NEAR;
    if (stop - start < SHORTEST || (whole && label === '')) continue;
    const place = `${start} ${stop}`;
    if (!parts.get(place)?.label) parts.set(place, { part: 'marker', start, end: stop, label });
  }
  return [...parts.values()].slice(0, MOST);
}
