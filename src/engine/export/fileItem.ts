import { basename, extname } from 'node:path';
import { decodeSampler } from '#core/audio/loops.ts';
import { decodeMarkers } from '#core/audio/markers.ts';
import type { Clip } from '#core/edit/clip.ts';
import { RefoleyError } from '#core/errors.ts';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import type { NameFields } from '#core/export/nameTemplate.ts';
import { readProvenance } from '#core/export/provenance.ts';
import { SOFTWARE } from '#core/export/provenanceNote.ts';
import type { SourceChunks } from '#core/export/sourceChunks.ts';
import { fxNameOf } from '#core/export/ucsName.ts';
import { decodeFile } from '../library/decode.ts';
import type { Region } from '../library/decodedAudio.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import type { ExportItem } from './exportFiles.ts';
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
 * @throws RefoleyError as `readMetadata`; when it is rendered, as `decodeFile`, or `input` for one that is too long
 */
export async function fileItem(
  ref: string,
  path: string,
  { metadata = {}, fields = {}, region }: SaidOfFile = {},
): Promise<ExportItem> {
  const source = readSource(path);
  const said = await readMetadata(path);
  const provenance = readProvenance(source?.read ?? {}, path);
  const name = basename(path, extname(path));
  const description = source?.read?.user['DESCRIPTION'] ?? provenance.recipe?.prompt;
  const own: DeliveryMetadata = {
    ...provenance,
    description: description ?? said.descriptions.bext ?? said.descriptions.tag ?? said.descriptions.info,
    // What a take is called and by whom is what it says for want of better.
    title: source?.read?.user['FXNAME'] ?? (provenance.recipe ? undefined : said.title || undefined),
    catId: said.catId ?? undefined,
    author: said.author === SOFTWARE ? undefined : said.author || undefined,
    licence: said.licence || undefined,
  };
  const merged = { ...own, ...definedOf(metadata) };
  return {
    ref,
    fields: {
      name,
      prompt: provenance.recipe?.prompt,
      seed: provenance.recipe?.seed,
      fxName: merged.title ?? fxNameOf(merged.description ?? name),
      ...{ catId: merged.catId, creatorId: merged.creatorId, sourceId: merged.sourceId },
      ...definedOf(fields),
    },
    render: async () => ({
      clip: await clipOfFile(path, source, region),
      metadata: merged,
      source: { path, moved: region !== undefined },
    }),
  };
}

async function clipOfFile(path: string, source: SourceChunks | undefined, region?: Region): Promise<Clip> {
  const { sampleRate, channels, seconds } = await decodeFile(path, region);
  const frames = channels[0]?.length ?? 0;
  if (frames < Math.floor(seconds * sampleRate))
    throw new RefoleyError('input', `${path} is too long to be exported in one piece: mark regions in it`);
  const start = Math.round((region?.start ?? 0) * sampleRate);
  const markers = source?.cue ? decodeMarkers({ cue: source.cue, adtl: source.adtl }) : [];
  const loop = source?.smpl && firstLoop(source.smpl);
  return {
    ...{ rate: sampleRate, channels, origin: start },
    markers: markers
      .filter((mark) => mark.start >= start && mark.start + mark.length <= start + frames)
      .map((mark) => ({ ...mark, start: mark.start - start })),
    loop:
      loop && loop.start >= start && loop.end <= start + frames
        ? { start: loop.start - start, end: loop.end - start }
        : null,
  };
}

function firstLoop(smpl: Uint8Array) {
  try {
    return decodeSampler(smpl).loops[0];
  } catch {
    return undefined;
  }
}

function definedOf<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
