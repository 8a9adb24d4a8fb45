import { basename, extname } from 'node:path';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import type { NameFields } from '#core/export/nameTemplate.ts';
import { SOFTWARE } from '#core/export/provenanceNote.ts';
import { fxNameOf } from '#core/export/ucsName.ts';
import type { Region } from '../library/decodedAudio.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import type { ItemToExport } from './itemToExport.ts';
import { provenanceAt } from './provenanceAt.ts';
import { readSource } from './readSource.ts';

/** What is said of a file beside what it says itself. */
export interface SaidOfFile {
  readonly metadata?: DeliveryMetadata | undefined;
  readonly fields?: NameFields | undefined;
  /** Seconds; the whole file unless given. */
  readonly region?: Region | undefined;
}

/**
 * A file as something to export: as it is, with its markers, its loop, its recipe and all that it says of itself.
 *
 * @throws RefoleyError as `describeFile`
 */
export async function fileItem(ref: string, path: string, said: SaidOfFile = {}): Promise<ItemToExport> {
  const { region = { start: 0, end: null } } = said;
  const { metadata, fields } = await describeFile(path, said);
  return { ref, fields, metadata, sound: { path, ...region } };
}

/**
 * What a file says of itself, and what is said of it beside that, which counts more.
 *
 * @throws RefoleyError as `readMetadata` and `provenanceAt`
 */
export async function describeFile(
  path: string,
  { metadata = {}, fields = {} }: SaidOfFile,
): Promise<{ metadata: DeliveryMetadata; fields: NameFields }> {
  const source = readSource(path);
  const said = await readMetadata(path);
  const provenance = provenanceAt(path);
  const name = basename(path, extname(path));
  const description = source?.read?.user['DESCRIPTION'] ?? provenance.recipe?.prompt;
  const own: DeliveryMetadata = {
    ...provenance,
    description: description ?? said.descriptions.bext ?? said.descriptions.tag ?? said.descriptions.info,
    // What a take is called and by whom is what it says for want of better.
    title:
      source?.read?.user['FXNAME'] ??
      said.fields['Vorbis/FXNAME'] ??
      (provenance.recipe ? undefined : said.title || undefined),
    catId: said.catId ?? undefined,
    author: said.author === SOFTWARE ? undefined : said.author || undefined,
    licence: said.licence || undefined,
  };
  const merged = { ...own, ...definedOf(metadata) };
  return {
    metadata: merged,
    fields: {
      name,
      prompt: provenance.recipe?.prompt,
      seed: provenance.recipe?.seed,
      fxName: merged.title ?? fxNameOf(merged.description ?? name),
      ...{ catId: merged.catId, creatorId: merged.creatorId, sourceId: merged.sourceId },
      ...definedOf(fields),
    },
  };
}

function definedOf<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
