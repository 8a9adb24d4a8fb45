import { decodeSampler } from '#core/audio/loops.ts';
import { decodeMarkers, type Marker } from '#core/audio/markers.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import { ordered } from '#core/edit/marks.ts';
import { RefoleyError } from '#core/errors.ts';
import type { FilePart } from '../catalogue/edits.ts';
import { readSource } from '../export/readSource.ts';
import { decodeFile } from '../library/decode.ts';
import { readMetadata } from '../library/metadata/readMetadata.ts';
import { tryRead } from '../library/metadata/tryRead.ts';

/**
 * A part of a file with its markers, regions and loop, as edits and exports begin with it.
 *
 * @throws RefoleyError as `decodeFile`; `input` for one that is too long to be held at once
 */
export async function openClip({
  path,
  start,
  end,
}: Pick<FilePart, 'path' | 'start' | 'end'>): Promise<Clip> {
  const { channels, sampleRate: rate, seconds } = await decodeFile(path, { start, end });
  const first = Math.round(start * rate);
  const length = clipLength({ channels });
  if (length < Math.floor(seconds * rate))
    throw new RefoleyError('input', `${path} is too long to be taken in one piece: mark regions in it`);
  const { markers, loop } = await marksOf(path, rate);
  const inside = (mark: { start: number; end: number }) => mark.start >= first && mark.end <= first + length;
  const kept = markers.filter((mark) => inside({ start: mark.start, end: mark.start + mark.length }));
  return {
    ...{ rate, channels, origin: first },
    markers: ordered(kept.map((mark) => ({ ...mark, start: mark.start - first }))),
    loop: loop && inside(loop) ? { start: loop.start - first, end: loop.end - first } : null,
  };
}

/** In samples of the file. The notes of markers are read of WAVs alone. */
async function marksOf(path: string, rate: number): Promise<Pick<Clip, 'markers' | 'loop'>> {
  const source = readSource(path);
  if (source) {
    const { cue, adtl, smpl } = source;
    const loop = smpl && tryRead(() => decodeSampler(smpl).loops[0]);
    return { markers: (cue && tryRead(() => decodeMarkers({ cue, adtl }))) ?? [], loop: loop ?? null };
  }
  const regions = (await readMetadata(path)).regions.map((region) => ({
    ...region,
    start: Math.round(region.start * rate),
    end: Math.round(region.end * rate),
  }));
  const marks = regions.filter(({ kind }) => kind !== 'loop');
  return {
    markers: marks.map(({ start, end, label }): Marker => ({ start, length: end - start, label, note: '' })),
    loop: regions.find(({ kind, start, end }) => kind === 'loop' && end > start) ?? null,
  };
}
