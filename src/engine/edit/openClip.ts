import type { Marker } from '#core/audio/markers.ts';
import type { Clip } from '#core/edit/clip.ts';
import { ordered } from '#core/edit/marks.ts';
import type { FilePart } from '../catalogue/edits.ts';
import { decodeFile } from '../library/decode.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';

/**
 * Samples, markers, regions and the loop of a sound, as an edit begins with them.
 *
 * @throws RefoleyError as `decodeFile`
 */
export async function openClip({
  path,
  start,
  end,
}: Pick<FilePart, 'path' | 'start' | 'end'>): Promise<Clip> {
  const { channels, sampleRate: rate } = await decodeFile(path, { start, end });
  const { regions } = await readMetadata(path);
  const first = Math.round(start * rate);
  const length = channels[0]?.length ?? 0;
  const inside = regions
    .map((region) => ({
      ...region,
      from: Math.round(region.start * rate) - first,
      to: Math.round(region.end * rate) - first,
    }))
    .filter(({ from, to }) => from >= 0 && to <= length);
  const marks = inside.filter(({ kind }) => kind !== 'loop');
  const loop = inside.find(({ kind, from, to }) => kind === 'loop' && to > from);
  return {
    ...{ rate, channels, origin: first },
    markers: ordered(
      marks.map(({ from, to, label }): Marker => ({ start: from, length: to - from, label, note: '' })),
    ),
    loop: loop ? { start: loop.from, end: loop.to } : null,
  };
}
