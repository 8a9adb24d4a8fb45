import { join } from 'node:path';
import { z } from 'zod';
import { captionSources } from '#core/text/caption.ts';
import { fileStages } from './file.ts';
import type { FileStage } from './file.ts';
import { decidableFields, hasOwnWords, importedFactsSchema, soundParts } from './sound.ts';
import type { SoundDraft, StoredSound } from './sound.ts';

/** Select list over `sounds AS s JOIN files AS f JOIN sources AS r`. */
export const SOUND_COLUMNS = `s.id, s.file_id, s.part, f.source_id, r.path AS root, f.path, s.start, s.end, s.caption,
  s.caption_from, s.cat_id, s.tags, f.seconds, f.sample_rate, f.channels, f.bits, f.loudness, f.bytes, f.mtime_ms, f.sha256, s.licence, s.author,
  s.may_condition, s.decided, s.imported, s.label, s.rating, s.favourite, f.synthetic, f.stage,
  f.missing OR r.offline AS missing, f.problem`;
export const FROM_SOUNDS =
  'FROM sounds AS s JOIN files AS f ON f.id = s.file_id JOIN sources AS r ON r.id = f.source_id';

const flag = z.number().transform((value) => value !== 0);

const soundRowSchema = z
  .object({
    id: z.number().int(),
    file_id: z.number().int(),
    part: z.enum(soundParts),
    source_id: z.number().int(),
    root: z.string(),
    path: z.string(),
    start: z.number(),
    end: z.number().nullable(),
    caption: z.string(),
    caption_from: z.enum(captionSources),
    cat_id: z.string().nullable(),
    tags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
    seconds: z.number(),
    sample_rate: z.number(),
    channels: z.number(),
    bits: z.number().nullable(),
    loudness: z.number().nullable(),
    bytes: z.number(),
    mtime_ms: z.number(),
    sha256: z.string(),
    licence: z.string(),
    author: z.string(),
    may_condition: flag,
    decided: z.string().transform((text) => z.array(z.enum(decidableFields)).parse(JSON.parse(text))),
    imported: z.string().transform((text) => importedFactsSchema.parse(JSON.parse(text))),
    label: z.string(),
    rating: z.number().int(),
    favourite: flag,
    synthetic: flag,
    stage: z.enum(fileStages),
    missing: flag,
    problem: z.string().nullable(),
  })
  .transform((row): StoredSound => {
    const end = row.end ?? Math.max(row.start, row.seconds);
    return {
      id: row.id,
      path: join(row.root, row.path),
      part: row.part,
      start: row.start,
      end,
      caption: row.caption,
      captionFrom: row.caption_from,
      catId: row.cat_id,
      tags: row.tags,
      seconds: end - row.start,
      sampleRate: row.sample_rate,
      channels: row.channels,
      bits: row.bits,
      loudness: row.loudness,
      licence: row.licence,
      author: row.author,
      mayCondition: row.may_condition,
      rating: row.rating,
      favourite: row.favourite,
      synthetic: row.synthetic,
      stage: row.stage,
      missing: row.missing,
      problem: row.problem ?? (isCutOff(row) ? CUT_OFF : null),
      fileId: row.file_id,
      sourceId: row.source_id,
      relativePath: row.path,
      bytes: row.bytes,
      mtimeMs: row.mtime_ms,
      sha256: row.sha256,
      label: row.label,
      decided: row.decided,
      imported: row.imported,
    };
  });

const CUT_OFF = 'not-found: the file has become shorter than where this part begins: set another part';

function isCutOff({ stage, start, seconds }: { stage: FileStage; start: number; seconds: number }): boolean {
  return stage === 'analysed' && start > 0 && start >= seconds;
}

export function readSoundRow(row: unknown): StoredSound {
  return soundRowSchema.parse(row);
}

/** What of a row a draft says. */
export const SOUND_FIELDS = [
  'file_id',
  'part',
  'start',
  'end',
  'label',
  'caption',
  'caption_from',
  'cat_id',
  'tags',
  'licence',
  'author',
  'may_condition',
  'decided',
  'imported',
  'own_words',
] as const;
export type SoundParameters = ReturnType<typeof soundParameters>;

/** Named parameters of the insert and the update. */
export function soundParameters(fileId: number, draft: SoundDraft) {
  return {
    file_id: fileId,
    part: draft.part,
    start: draft.start,
    end: draft.end,
    label: draft.label,
    caption: draft.caption,
    caption_from: draft.captionFrom,
    cat_id: draft.catId,
    tags: JSON.stringify(draft.tags),
    licence: draft.licence,
    author: draft.author,
    may_condition: Number(draft.mayCondition),
    decided: JSON.stringify(draft.decided),
    imported: JSON.stringify(draft.imported),
    own_words: Number(hasOwnWords(draft)),
  };
}
