import type { DeliveryMetadata } from '#core/export/delivery.ts';
import { fxNameOf } from '#core/export/ucsName.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { StoredTake } from '../catalogue/takes.ts';
import type { SaidOfFile } from './fileItem.ts';

/** What the catalogue says of a take; it leaves under the name that the user gave it. */
export function saidOfTake({ id, name, recipe }: StoredTake, said: DeliveryMetadata): SaidOfFile {
  const fields = { name, take: id, fxName: said.title ?? fxNameOf(recipe.prompt) };
  return { metadata: { recipe, ...said }, fields };
}

/** What the catalogue says of a sound of the library. */
export function saidOfSound(sound: StoredSound, said: DeliveryMetadata): SaidOfFile {
  const { part, start, end, caption, catId, tags, author, licence } = sound;
  const known = {
    description: caption || undefined,
    catId: catId ?? undefined,
    keywords: tags.length > 0 ? tags : undefined,
    author: author || undefined,
    licence: licence || undefined,
  };
  return { metadata: { ...known, ...said }, ...(part === 'file' ? {} : { region: { start, end } }) };
}
