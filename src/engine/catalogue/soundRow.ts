import { join } from 'node:path';
import { z } from 'zod';
import { captionSources } from '#core/text/caption.ts';
import type { SoundDraft, StoredSound } from './sound.ts';

/** Select list over `sounds AS s JOIN sources AS r`. */
export const SOUND_COLUMNS = `s.id, s.source_id, r.path AS root, s.path, s.start, s.end, s.caption, s.caption_from,
  s.cat_id, s.tags, s.seconds, s.sample_rate, s.channels, s.bits, s.bytes, s.mtime_ms, s.sha256, s.licence,
  s.author, s.may_condition, s.synthetic, s.missing, s.problem`;

const flag = z.number().transform((value) => value !== 0);

const soundRowSchema = z
  .object({
    id: z.number().int(),
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
    bytes: z.number(),
    mtime_ms: z.number(),
    sha256: z.string(),
    licence: z.string(),
    author: z.string(),
    may_condition: flag,
    synthetic: flag,
    missing: flag,
    problem: z.string().nullable(),
  })
  .transform((row): StoredSound => ({
    id: row.id,
    path: join(row.root, row.path),
    start: row.start,
    end: row.end ?? row.start + row.seconds,
    caption: row.caption,
    captionFrom: row.caption_from,
    catId: row.cat_id,
    tags: row.tags,
    seconds: row.seconds,
    sampleRate: row.sample_rate,
    channels: row.channels,
    bits: row.bits,
    licence: row.licence,
    mayCondition: row.may_condition,
    synthetic: row.synthetic,
    missing: row.missing,
    problem: row.problem,
    sourceId: row.source_id,
    relativePath: row.path,
    whole: row.end === null,
    bytes: row.bytes,
    mtimeMs: row.mtime_ms,
    sha256: row.sha256,
    author: row.author,
  }));

export function readSoundRow(row: unknown): StoredSound {
  return soundRowSchema.parse(row);
}

/** Named parameters of the insert and the update. */
export function soundParameters(draft: SoundDraft) {
  return {
    source_id: draft.sourceId,
    path: draft.relativePath,
    start: draft.start,
    end: draft.end,
    caption: draft.caption,
    caption_from: draft.captionFrom,
    cat_id: draft.catId,
    tags: JSON.stringify(draft.tags),
    seconds: draft.seconds,
    sample_rate: draft.sampleRate,
    channels: draft.channels,
    bits: draft.bits,
    bytes: draft.bytes,
    mtime_ms: draft.mtimeMs,
    sha256: draft.sha256,
    licence: draft.licence,
    author: draft.author,
    may_condition: Number(draft.mayCondition),
    synthetic: Number(draft.synthetic),
    problem: draft.problem,
  };
}
