import { z } from 'zod';
import { captionSources } from '#core/text/caption.ts';
import { soundParts } from './sound.ts';
import { SOUND_FIELDS } from './soundRow.ts';

/** Columns of a sound that an edit may change, as they stand in the catalogue. */
export const SNAPSHOT_COLUMNS = [...SOUND_FIELDS, 'rating', 'favourite'] as const;

const jsonOf = (kind: (value: unknown) => boolean, what: string) =>
  z.string().refine((text) => {
    try {
      return kind(JSON.parse(text));
    } catch {
      return false;
    }
  }, `must be ${what} as JSON`);
const list = jsonOf(Array.isArray, 'a list');
const record = jsonOf(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'a record',
);
const flag = z.literal([0, 1]);

/** A row as it was, for undoing an edit to the byte. */
export const soundSnapshotSchema = z.strictObject({
  id: z.number().int(),
  file_id: z.number().int(),
  part: z.enum(soundParts),
  start: z.number().nonnegative(),
  end: z.number().nullable(),
  label: z.string(),
  caption: z.string(),
  caption_from: z.enum(captionSources),
  cat_id: z.string().nullable(),
  tags: list,
  licence: z.string(),
  author: z.string(),
  may_condition: flag,
  decided: list,
  imported: record,
  own_words: flag,
  rating: z.number().int().min(0).max(5),
  favourite: flag,
});
export type SoundSnapshot = z.infer<typeof soundSnapshotSchema>;
