import type { Take } from '#shared/take.ts';
import { percent } from '../../lib/format.ts';

/**
 * Two real variants of one sound are about this near each other (docs/evaluation.md, copying): a take that comes nearer is a copy
 * more than it is new.
 */
const VARIANT = 0.9;

/** How near a take comes to the neighbour it is nearest to, in words; null without neighbours, and before it was heard. */
export function copyWords({ copy, neighbours }: Pick<Take, 'copy' | 'neighbours'>) {
  if (!copy) return null;
  const name = neighbours.find(({ id }) => id === copy.neighbour)?.name ?? 'a neighbour';
  const near = copy.similarity >= VARIANT;
  const share = percent(Math.max(0, copy.similarity));
  return {
    near,
    text: `copy ${share}`,
    title: near
      ? `Very near to ${name} (${share} alike): more a copy than a new sound`
      : `${share} alike to ${name}, its nearest neighbour. Two recordings of one thing reach about ${percent(VARIANT)}.`,
  };
}
