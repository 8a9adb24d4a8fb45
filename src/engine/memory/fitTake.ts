import { RefoleyError } from '#core/errors.ts';
import type { TakeManifest, PartName } from '#core/pack/manifest.ts';
import { memoryNeed, type TakeSize } from '#core/pipeline/memoryNeed.ts';
import { SHORTEST_TAKE } from '#core/pipeline/settings.ts';

/** Seconds: takes that are offered instead are whole ones of these long. */
const STEP = 0.2;

/** How a take can be made in the memory that there is. */
export type Fit = 'together' | 'row by row';

/**
 * Whether a take fits, with all branches of its guidance at once or one after another. Candidates are made one after another
 * anyway: fewer of them take no less.
 *
 * @param free bytes that can still be taken
 * @param held bytes that the process has already
 * @throws RefoleyError `unavailable` with what is needed and what would fit
 */
export function fitTake(
  manifest: TakeManifest,
  { duration, rows: branches }: TakeSize,
  onCpu: (part: PartName) => boolean,
  free: number,
  held: number,
): Fit {
  const fits = (seconds: number, rows: number): boolean =>
    memoryNeed(manifest, { duration: seconds, rows }, onCpu) - held <= free;
  if (fits(duration, branches)) return 'together';
  if (fits(duration, 1)) return 'row by row';
  let shorter = Math.floor(duration / STEP) * STEP;
  while (shorter >= SHORTEST_TAKE && !fits(shorter, 1)) shorter -= STEP;
  const need = memoryNeed(manifest, { duration, rows: 1 }, onCpu);
  const offer =
    shorter >= SHORTEST_TAKE
      ? `close other programs, or make up to ${shorter.toFixed(1)} s of it`
      : 'close other programs, or take a smaller pack';
  throw new RefoleyError(
    'unavailable',
    `a take of ${duration} s needs ${gigabytes(need)} of memory with this pack, ${gigabytes(free + held)} can be had: ${offer}`,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
