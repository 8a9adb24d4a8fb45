import type { DeliveryMetadata } from '#core/export/delivery.ts';
import { fxNameOf } from '#core/export/ucsName.ts';
import type { StoredSound } from '../catalogue/sound.ts';
import type { StoredTake } from '../catalogue/takes.ts';
import type { ExportItem } from './exportFiles.ts';
import { fileItem } from './fileItem.ts';

/** A take to export, under the name that the user gave it. Throws as `fileItem`. */
export function takeItem(ref: string, take: StoredTake, said: DeliveryMetadata): Promise<ExportItem> {
  const { id, name, path, recipe } = take;
  const fields = { name, take: id, fxName: said.title ?? fxNameOf(recipe.prompt) };
  return fileItem(ref, path, { metadata: { recipe, ...said }, fields });
}

/** A sound of the library to export, with what the catalogue knows of it. Throws as `fileItem`. */
export function soundItem(ref: string, sound: StoredSound, said: DeliveryMetadata): Promise<ExportItem> {
  const { path, part, start, end, caption, catId, tags, author, licence } = sound;
  const known = {
    description: caption || undefined,
    catId: catId ?? undefined,
    keywords: tags.length > 0 ? tags : undefined,
    author: author || undefined,
    licence: licence || undefined,
  };
  return fileItem(ref, path, {
    metadata: { ...known, ...said },
    ...(part === 'file' ? {} : { region: { start, end } }),
  });
}
