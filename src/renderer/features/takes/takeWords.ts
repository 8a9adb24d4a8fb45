import type { Take } from '#shared/take.ts';
import { percent } from '../../lib/format.ts';

/**
 * Cosine of two recordings of one thing, by the ears of the starter pack, over 400 pairs of training sounds: half of them reach the first
 * (0.743), a quarter the second (0.850). A take beyond that is a copy more than it is new.
 */
const TYPICAL = 0.74;
const NEAR = 0.85;

/** How near a take comes to the neighbour it is nearest to, in words; null without neighbours, and before it was heard. */
export function copyWords({ copy, neighbours }: Pick<Take, 'copy' | 'neighbours'>) {
  if (!copy) return null;
  const name = neighbours.find(({ id }) => id === copy.neighbour)?.name ?? 'a neighbour';
  const near = copy.similarity >= NEAR;
  const share = percent(Math.max(0, copy.similarity));
  if (!copy.isKnown)
    return {
      near: false,
      text: `alike ${share}`,
      title: `${share} alike to ${name}, its nearest neighbour, by ears of which nobody has measured what that means.`,
    };
  return {
    near,
    text: `copy ${share}`,
    title: near
      ? `Very near to ${name} (${share} alike): more a copy than a new sound`
      : `${share} alike to ${name}, its nearest neighbour. Two recordings of one thing are typically ${percent(TYPICAL)} alike.`,
  };
}
