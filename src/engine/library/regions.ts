import { z } from 'zod';
import { RefoleyError } from '#core/errors.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { draftOfPart } from './describeSound.ts';
import { recordChange, requireSounds } from './editSounds.ts';
import type { Edited } from './editSounds.ts';
import { draftOf, writeSound } from './redescribe.ts';
import { checkEdit } from './soundEdit.ts';

/** Seconds. */
const SHORTEST = 0.05;

const schema = z
  .strictObject({
    start: z
      .number('the start must be a number of seconds')
      .nonnegative('the start must be 0 seconds or later'),
    end: z.number('the end must be a number of seconds'),
    caption: z.string().optional(),
  })
  .refine(
    ({ start, end }) => end - start >= SHORTEST,
    `a region must end at least ${SHORTEST} seconds after it starts`,
  );
export type RequestedRegion = z.input<typeof schema>;

/**
 * Makes a stretch of a file a sound of its own. One that is there already (an event, a marker) becomes the user's and keeps its
 * id.
 *
 * @param id any sound of the file
 * @param requested seconds from the beginning of the file; an end behind the file's is the file's
 * @throws RefoleyError `not-found` for an id that is no sound; `input` for a stretch that is not in the file
 */
export function addRegion(catalogue: Catalogue, id: number, requested: RequestedRegion): Edited {
  const parsed = schema.safeParse(requested);
  if (!parsed.success)
    throw new RefoleyError('input', parsed.error.issues[0]?.message ?? 'the region cannot be understood');
  const { start, caption } = parsed.data;
  const said = caption === undefined ? undefined : checkEdit({ caption }).caption;
  return catalogue.write(() => {
    const [sound] = requireSounds(catalogue, [id]);
    const file = sound && catalogue.files.byId(sound.fileId);
    if (!file) throw new RefoleyError('not-found', `the file of sound ${id} is not in the library`);
    if (file.stage === 'listed')
      throw new RefoleyError('unavailable', `${file.path} was not read yet: run "library rescan" first`);
    const end = Math.min(parsed.data.end, file.seconds);
    if (end - start < SHORTEST)
      throw new RefoleyError(
        'input',
        `${file.path} is ${file.seconds.toFixed(2)} seconds long: choose a region that lies in it`,
      );
    return recordChange(catalogue, new Set([file.id]), () => {
      const known = catalogue.sounds.at(file.id, { start, end });
      const whole = catalogue.sounds.byFile(file.id).find(({ part }) => part === 'file') ?? sound;
      for (const found of ['event', 'marker'] as const) if (known) catalogue.sounds.claim(known.id, found);
      const regionId =
        known?.id ??
        catalogue.sounds.put(file.id, draftOfPart(whole, { part: 'region', start, end, label: '' }));
      const region = catalogue.sounds.byId(regionId);
      if (region && said !== undefined) {
        const decided = [...new Set([...region.decided, 'caption' as const])];
        writeSound(catalogue, region, { ...draftOf(region), caption: said, captionFrom: 'user', decided });
      }
      return [regionId];
    });
  });
}

/**
 * Takes the user's regions out of the library; the files stay as they are.
 *
 * @throws RefoleyError `not-found` for an id that is no sound; `input` for one that is no region of the user's
 */
export function removeRegions(catalogue: Catalogue, ids: readonly number[]): Edited {
  return catalogue.write(() => {
    const sounds = requireSounds(catalogue, ids);
    const other = sounds.find(({ part }) => part !== 'region');
    if (other)
      throw new RefoleyError(
        'input',
        `sound ${other.id} is no region that you set (it is a ${other.part}), and nothing was changed`,
      );
    return recordChange(catalogue, new Set(sounds.map(({ fileId }) => fileId)), () => {
      for (const { id } of sounds) catalogue.sounds.remove(id);
      return ids;
    });
  });
}
