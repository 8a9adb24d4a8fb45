import { readTerms } from './readTerms.ts';

/** What one source of knowledge says about a sound's terms. */
export interface TermsLayer {
  /** '' and undefined say nothing. */
  readonly licence?: string | null | undefined;
  readonly author?: string | null | undefined;
  readonly mayCondition?: boolean | null | undefined;
}

export interface EffectiveTerms {
  readonly licence: string;
  readonly author: string;
  readonly mayCondition: boolean;
}

/**
 * Puts together what is known of a sound's terms. Of licence and author the most trusted word counts. Whether it may
 * condition generation is what the most trusted layer says that speaks of it, be it outright or by a licence that forbids it;
 * where none does, it may, unless a model made it.
 *
 * @param layers most trusted first: the user's word on the sound, the nearest folder's rule, the file's metadata
 * @param synthetic made by a model
 */
export function effectiveTerms(layers: readonly TermsLayer[], synthetic: boolean): EffectiveTerms {
  const licence = layers.map((layer) => layer.licence ?? '').find((text) => text !== '') ?? '';
  const author = layers.map((layer) => layer.author ?? '').find((text) => text !== '') ?? '';
  return { licence, author, mayCondition: decide(layers) ?? !synthetic };
}

function decide(layers: readonly TermsLayer[]): boolean | undefined {
  let overruled = false;
  for (const { licence = '', mayCondition } of layers) {
    if (typeof mayCondition === 'boolean') return mayCondition;
    if (overruled || licence === null || licence === '') continue;
    if (readTerms(licence).conditioning === 'forbidden') return false;
    // What a less trusted place says of the licence counts no more.
    overruled = true;
  }
  return undefined;
}

/** Why a sound whose switch is off may not condition generation, in words. */
export function reasonAgainst(sound: {
  readonly licence: string;
  readonly synthetic: boolean;
  readonly decided: readonly string[];
}): string {
  if (sound.decided.includes('mayCondition')) return 'you switched it off for this sound';
  const { conditioning, reason } = readTerms(sound.licence);
  if (conditioning === 'forbidden') return reason;
  return sound.synthetic ? 'a model made it' : 'it is switched off for its folder';
}
