import { basename } from 'node:path';
import type { EditList } from '#core/edit/editList.ts';
import type { Ingredient, Origin } from '#core/export/delivery.ts';
import type { FilePart } from '../catalogue/edits.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { describeFile, type SaidOfFile } from '../export/fileItem.ts';
import type { ItemToExport } from '../export/itemToExport.ts';
import { provenanceAt } from '../export/provenanceAt.ts';
import { hashFile } from '../files/hashFile.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import type { EditToRender } from './rendering.ts';

/**
 * An edit as something to export: what it has come to, with all that its source says of itself, the list of operations, and where
 * every sound in it came from.
 *
 * @throws RefoleyError as `describeFile`
 */
export async function editedItem(
  ref: string,
  edit: EditToRender,
  catalogue: Catalogue,
  said: Omit<SaidOfFile, 'region'> = {},
): Promise<ItemToExport> {
  const { metadata, fields } = await describeFile(edit.source.path, said);
  const origin = await originOf(edit, catalogue);
  return { ref, fields, metadata: { ...metadata, edit: writtenList(edit), origin }, sound: edit };
}

/** As it travels in a file: where the sounds lie on somebody's disk does not. */
function writtenList({ operations, sounds }: EditToRender): EditList {
  const used = new Set(operations.flatMap((each) => ('sound' in each ? [each.sound] : [])));
  const named = Object.entries(sounds).filter(([name]) => used.has(name));
  return {
    format: 1,
    operations: [...operations],
    sounds: Object.fromEntries(
      named.map(([name, part]) => [name, { ...regionOf(part), file: basename(part.path) }]),
    ),
  };
}

function regionOf({ sha256, start, end }: FilePart) {
  return { sha256, ...(start > 0 && { start }), ...(end !== null && { end }) };
}

async function originOf(edit: EditToRender, catalogue: Catalogue): Promise<Origin> {
  const sounds: Record<string, Ingredient> = {};
  for (const name of Object.keys(writtenList(edit).sounds))
    sounds[name] = await ingredientOf(edit.sounds[name]!, catalogue);
  return { source: await ingredientOf(edit.source, catalogue), sounds };
}

/** What the library says of a sound; of one that is not in it, what its file does. */
async function ingredientOf({ path, sha256: known }: FilePart, catalogue: Catalogue): Promise<Ingredient> {
  const sha256 = known || (await hashFile(path));
  const [sound] = catalogue.sounds.bySha256(sha256);
  const { licence, author } = sound ?? (await readMetadata(path));
  const { recipe } = provenanceAt(path);
  return { name: basename(path), sha256, licence, author, ...(recipe && { recipe }) };
}
