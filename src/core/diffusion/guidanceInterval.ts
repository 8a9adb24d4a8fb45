import { z } from 'zod';

const RANGE = 'the guidance interval must lie between 0 and 1';
const share = z.number(RANGE).min(0, RANGE).max(1, RANGE);

/** Shares of all steps: 0 before the first, 1 after the last. */
export const guidanceIntervalSchema = z
  .object({ from: share, to: share })
  .refine(({ from, to }) => from < to, 'the guidance interval must end after it begins');
export type GuidanceInterval = z.infer<typeof guidanceIntervalSchema>;

/**
 * Whether guidance acts in a step, whose middle counts (Kynkäänniemi et al., "Applying guidance in a limited interval improves sample
 * and distribution quality in diffusion models", 2024). A take that begins from a sound is guided at the same shares of noise.
 *
 * @param interval all steps unless given
 */
export function isGuided(interval: GuidanceInterval | undefined, step: number, steps: number): boolean {
  const middle = (step + 0.5) / steps;
  return interval === undefined || (middle >= interval.from && middle <= interval.to);
}
