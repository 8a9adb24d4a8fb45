import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { StoredTake } from '../catalogue/takes.ts';

/** What a ref names. */
export type Found =
  | { readonly kind: 'sound'; readonly sound: StoredSound }
  | { readonly kind: 'take'; readonly take: StoredTake };

/** The sound or take of a ref; undefined for one that is not there, or of another kind. */
export function lookUp(catalogue: Catalogue, ref: string): Found | undefined {
  const [kind, digits] = ref.split('/');
  const id = Number(digits);
  if (kind === 'sound') {
    const sound = catalogue.sounds.byId(id);
    return sound && { kind, sound };
  }
  const take = kind === 'take' ? catalogue.takes.byId(id) : undefined;
  return take && { kind: 'take', take };
}

/** @throws RefoleyError `not-found` for one that is not there */
export function requireRef(catalogue: Catalogue, ref: string): Found {
  const found = lookUp(catalogue, ref);
  if (found) return found;
  throw new RefoleyError('not-found', `${ref} is no longer there`);
}
