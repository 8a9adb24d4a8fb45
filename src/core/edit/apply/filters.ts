import { applyFilters, designFilter, type Biquad } from '../../dsp/biquad.ts';
import { RefoleyError } from '../../errors.ts';
import { framesIn, mapChannels, type Clip } from '../clip.ts';
import type { OperationOf } from '../operations.ts';
import { splice } from '../splice.ts';

/** Seconds before a stretch that the filter hears as well, so that it is not at rest where the stretch begins. */
const RUN_UP = 0.25;

/** @throws RefoleyError `input` for a frequency that the sample rate does not hold */
export function filter(clip: Clip, { shape, hz, db, q, ...stretch }: OperationOf<'filter'>): Clip {
  if (hz >= clip.rate / 2) {
    throw new RefoleyError(
      'input',
      `${hz} Hz is not in a sound of ${clip.rate} Hz: choose a frequency below ${clip.rate / 2} Hz`,
    );
  }
  const { start, end } = framesIn(clip, stretch);
  const section = designFilter(shape, clip.rate, hz, q, db);
  const before = Math.max(0, start - Math.round(RUN_UP * clip.rate));
  const filtered = clip.channels.map((channel) =>
    applyFilters(channel.subarray(before, end), [section]).subarray(start - before),
  );
  return splice(clip, { start, end }, filtered);
}

export function removeHum(clip: Clip, { hz, harmonics, q }: OperationOf<'removeHum'>): Clip {
  const notches: Biquad[] = [];
  for (let k = 1; k <= harmonics && k * hz < clip.rate / 2; k++)
    notches.push(designFilter('notch', clip.rate, k * hz, q));
  return mapChannels(clip, (channel) => applyFilters(channel, notches));
}
