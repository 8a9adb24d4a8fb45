import { basename } from 'node:path';
import type { EditList } from '#core/edit/editList.ts';
import type { Ingredient, Origin } from '#core/export/delivery.ts';
import { readProvenance } from '#core/export/provenance.ts';
import type { FilePart } from '../catalogue/edits.ts';
import type { Catalogue } from '../catalogue/open.ts';
import type { ExportItem } from '../export/exportFiles.ts';
import { describeFile, type SaidOfFile } from '../export/fileItem.ts';
import { readSource } from '../export/readSource.ts';
import { hashFile } from '../files/hashFile.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import { createRendering, type EditToRender } from './rendering.ts';

/**
 * An edit as something to export: what it has come to, with all that its source says of itself, the list of operations, and where
 * every sound in it came from.
 *
 * @throws RefoleyError as `describeFile`; when it is rendered, as `renderEdit`
 */
export async function editedItem(
  ref: string,
  edit: EditToRender,
  catalogue: Catalogue,
  said: Omit<SaidOfFile, 'region'> = {},
): Promise<ExportItem> {
  const { source, operations, sounds } = edit;
  const { metadata, fields } = await describeFile(source.path, said);
  const list = writtenList(edit);
  const origin = await originOf(edit, catalogue);
  const nameOf = (sound: string): string => basename(sounds[sound]?.path ?? source.path);
  return {
    ref,
    fields,
    async render() {
      const rendering = createRendering();
      const { clip } = await rendering.render(edit);

      return {
        clip,
        metadata: { ...metadata, edit: list, origin },
        source: {
          path: source.path,
          moved: operations.length > 0 || source.start > 0 || source.end !== null,
        },
        layers: async () =>
          (await rendering.layers(edit)).map((layer) => ({ name: nameOf(layer.sound), clip: layer.clip })),
      };
    },
  };
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
  const { recipe } = readProvenance(readSource(path)?.read ?? {}, path);
  return { name: basename(path), sha256, licence, author, ...(recipe && { recipe }) };
}
