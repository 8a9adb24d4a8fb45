import { basename } from 'node:path';
import type { DeliveryMetadata } from '#core/export/delivery.ts';
import type { FilePart } from '../catalogue/edits.ts';
import { openClip } from '../edit/openClip.ts';
import { createRendering, type EditToRender } from '../edit/rendering.ts';
import type { ExportItem, RenderedItem } from './exportFiles.ts';

/** Something to export in words, as it crosses to the process that does it. */
export interface ItemToExport extends Pick<ExportItem, 'ref' | 'fields'> {
  readonly metadata: DeliveryMetadata;
  readonly sound: PartOfFile | EditToRender;
}

/** A file as it is, or a part of it. */
type PartOfFile = Pick<FilePart, 'path' | 'start' | 'end'>;

/**
 * The samples of an item, with what is said of them.
 *
 * @throws RefoleyError as `openClip` and `renderEdit`
 */
export async function renderItem(
  { sound, metadata }: Pick<ItemToExport, 'sound' | 'metadata'>,
  signal?: AbortSignal,
): Promise<RenderedItem> {
  if (!('operations' in sound))
    return { clip: await openClip(sound), metadata, source: { path: sound.path, moved: isPart(sound) } };
  const { source, operations, sounds } = sound;
  const rendering = createRendering();
  const { clip } = await rendering.render(sound, { signal });
  const nameOf = (name: string): string => basename(sounds[name]?.path ?? source.path);
  return {
    ...{ clip, metadata },
    source: { path: source.path, moved: operations.length > 0 || isPart(source) },
    layers: async () =>
      (await rendering.layers(sound)).map((layer) => ({ name: nameOf(layer.sound), clip: layer.clip })),
  };
}

function isPart({ start, end }: PartOfFile): boolean {
  return start > 0 || end !== null;
}
