import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { marksInSeconds } from '#core/edit/marks.ts';
import { levelOrNull } from '#core/dsp/level.ts';
import type { Clip } from '#core/edit/clip.ts';
import type { Delivery, DeliveryMetadata } from '#core/export/delivery.ts';
import type { ExportedFile } from '#core/export/exportedFile.ts';
import { sheetCsv, sheetJson } from '#core/export/exportSheet.ts';
import { handOffFile, type HandOff } from '#core/export/handOff.ts';
import { createNamer, type NameFields } from '#core/export/nameTemplate.ts';
import { regionClips, type NamedClip } from '#core/export/regionClips.ts';
import { ucsEntry } from '#core/text/ucs.ts';
import { errorCode } from '../files/fileError.ts';
import { writeNewFile } from '../files/replaceFile.ts';
import { pacedBy, requireGoing, type ExportWatch } from './pace.ts';
import { deliver, type Delivered, type DeliverySource } from './deliver.ts';
import { hashBytes } from '../files/hashFile.ts';

/** A sound as it is to be written. */
export interface RenderedItem {
  readonly clip: Clip;
  readonly metadata: DeliveryMetadata;
  readonly source?: DeliverySource | undefined;
  /** What it is mixed of, where layers can be had on their own. */
  readonly layers?: (() => Promise<readonly NamedClip[]>) | undefined;
  /** In place of the request's. */
  readonly delivery?: Delivery | undefined;
}

/** Something to export. */
export interface ExportItem {
  /** Told back with each file that was made of it. */
  readonly ref: string;
  /** Reads or renders it when its turn comes, so that one is in memory at a time. */
  readonly render: () => Promise<RenderedItem>;
  readonly fields: NameFields;
}

export interface ExportRequest {
  readonly items: readonly ExportItem[];
  readonly folder: string;
  readonly delivery: Delivery;
  /** Of names; see `createNamer`. */
  readonly template: string;
  /** Whether each region becomes a file of its own, where there are any. */
  readonly regions?: boolean | undefined;
  /** Whether each layer does. */
  readonly layers?: boolean | undefined;
  /** Name, without extension, of the sheet of what was exported. */
  readonly sheet?: string | undefined;
  /** Files for a DAW, and their common name without extension. */
  readonly handOff?: { readonly name: string; readonly kinds: readonly HandOff[] } | undefined;
}

export interface ExportReport {
  readonly files: readonly ExportedFile[];
  /** Sheets and files for a DAW. */
  readonly sheets: readonly string[];
}

/**
 * Exports sounds to a folder. No file is replaced, none is left half-written.
 *
 * @throws RefoleyError as `createNamer`, `deliver` and what renders an item; `unavailable` when the disk is full;
 *   `cancelled`. What is written by then stays, with its sheet.
 */
export async function exportFiles(
  request: ExportRequest,
  { signal, onProgress }: ExportWatch,
): Promise<ExportReport> {
  const { items, template } = request;
  const folder = resolve(request.folder);
  const namer = createNamer(template, await readdir(folder).catch(() => []));
  const files: ExportedFile[] = [];
  try {
    for (const [done, item] of items.entries()) {
      requireGoing(signal);
      onProgress?.({ stage: 'export', done, of: items.length });
      const rendered = await item.render();
      const delivery = rendered.delivery ?? request.delivery;
      const parts = await partsOf(rendered, request);
      for (const [before, part] of parts.entries()) {
        const step = pacedBy({ signal, onProgress }, (share) => ({
          done: done + (before + share) / parts.length,
          of: items.length,
        }));
        requireGoing(signal);
        const metadata = { ...rendered.metadata, title: titled(rendered.metadata.title, part) };
        const delivered = await deliver(part.clip, delivery, metadata, sourceOf(rendered, part), step);
        const fields = fieldsOf(item.fields, part, delivery, template);
        const path = await writeUnder(folder, () => namer(fields, `.${delivery.format}`), delivered.bytes);
        files.push(describe(item.ref, path, part, delivered, metadata));
      }
    }
  } catch (cause) {
    await writeSheets(request, folder, files).catch(() => []);
    throw cause;
  }
  return { files, sheets: await writeSheets(request, folder, files) };
}

/** A file to be: an item, or a layer or a region of it. */
interface Part {
  readonly clip: Clip;
  readonly layer: string;
  readonly region: string;
}

async function partsOf({ clip, layers: layersOf }: RenderedItem, request: ExportRequest): Promise<Part[]> {
  const layers = request.layers && layersOf ? await layersOf() : [];
  const mixed = layers.length > 0 ? layers : [{ name: '', clip }];
  return mixed.flatMap(({ name: layer, clip: whole }) => {
    const regions = request.regions ? regionClips(whole) : [];
    if (regions.length === 0) return [{ clip: whole, layer, region: '' }];
    return regions.map(({ name: region, clip: stretch }) => ({ clip: stretch, layer, region }));
  });
}

function titled(title: string | undefined, { layer, region }: Part): string | undefined {
  return [title, layer, region].filter(Boolean).join(' ') || undefined;
}

/** A part of an item has not its samples, so what counts those is wrong. */
function sourceOf({ clip, source }: RenderedItem, part: Part): DeliverySource | undefined {
  return source && { ...source, moved: source.moved || part.clip !== clip };
}

/** The name of a part is told by its title where the template has no place for it. */
function fieldsOf(
  fields: NameFields,
  part: Part,
  { bits, sampleRate }: Delivery,
  template: string,
): NameFields {
  const { layer, region } = part;
  const untold = {
    layer: template.includes('{layer}') ? '' : layer,
    region: template.includes('{region}') ? '' : region,
  };
  const told = (text: string | undefined) => titled(text, { ...part, ...untold });
  return {
    ...fields,
    name: told(fields.name),
    fxName: told(fields.fxName),
    layer,
    region,
    bits,
    rate: sampleRate,
  };
}

/** Under another name where a program takes the one that was free a moment ago. */
async function writeUnder(folder: string, name: () => string, bytes: Uint8Array | string): Promise<string> {
  for (;;) {
    const path = join(folder, name());
    try {
      await writeNewFile(path, bytes);
      return path;
    } catch (cause) {
      const taken = cause instanceof Error && errorCode(cause.cause) === 'EEXIST';
      // Where the folder is a file, no other name helps.
      if (!taken || !(await lstat(path).catch(() => undefined))) throw cause;
    }
  }
}

function describe(
  ref: string,
  path: string,
  { clip, layer, region }: Part,
  { bytes, seconds, sampleRate, bits, channels, loudness, timeReference }: Delivered,
  metadata: DeliveryMetadata,
): ExportedFile {
  const { recipe, edit, catId = '' } = metadata;
  const entry = ucsEntry(catId);
  return {
    ...{ ref, path, name: basename(path), seconds, sampleRate, bits, channels, region, layer, catId },
    sha256: hashBytes(bytes),
    loudness: levelOrNull(loudness.integrated),
    loudnessRange: loudness.range,
    truePeak: levelOrNull(loudness.truePeak),
    time: Number(timeReference) / sampleRate,
    ...{ category: entry?.category ?? '', subcategory: entry?.subcategory ?? '' },
    fxName: metadata.title ?? '',
    ...{ creatorId: metadata.creatorId ?? '', sourceId: metadata.sourceId ?? '' },
    description: metadata.description ?? recipe?.prompt ?? '',
    ...{ author: metadata.author ?? '', rights: metadata.licence ?? '' },
    ...{ prompt: recipe?.prompt ?? '', seed: recipe?.seed ?? null },
    pack: recipe ? `${recipe.pack.name} ${recipe.pack.version}` : '',
    neighbours: (recipe?.neighbours ?? []).map(({ name, sha256, licence, author = '', influence }) => ({
      ...{ name, sha256, licence, author, influence },
    })),
    edits: edit?.operations.map(({ op }) => op) ?? [],
    marks: marksInSeconds(clip),
  };
}

/** Sheets, and files for a DAW; nothing where nothing was exported. */
async function writeSheets(
  { sheet, handOff }: ExportRequest,
  folder: string,
  files: readonly ExportedFile[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const namer = createNamer('{name}', await readdir(folder).catch(() => []));
  const written: string[] = [];
  const write = async (name: string, extension: string, text: string): Promise<void> => {
    written.push(await writeUnder(folder, () => namer({ name }, extension), text));
  };
  if (sheet !== undefined) {
    await write(sheet, '.csv', sheetCsv(files));
    await write(sheet, '.json', sheetJson(files));
  }
  for (const kind of handOff?.kinds ?? []) {
    const { extension, text } = handOffFile(kind, files);
    await write(handOff?.name ?? '', extension, text);
  }
  return written;
}
