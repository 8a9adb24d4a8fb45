import { z } from 'zod';
import { changeSchema } from '#core/edit/history.ts';
import { snapTargets } from '#core/edit/snap.ts';
import { partKinds, retrievalModes } from '#core/pipeline/recipe.ts';
import { channel } from '../channel.ts';
import { editSchema } from '../edit.ts';
import { choiceSchema } from '../neighbour.ts';
import { id, sourceRefSchema } from './common.ts';

const edit = z.object({ id });
const version = z.string().max(100);

/** Edits of sounds and takes: a list of operations each, rendered beside the source, which stays as it is. */
export const editorChannels = {
  /** The edit of a sound or take; a new one where it has none yet. */
  'editor.open': channel(z.object({ ref: sourceRefSchema }), editSchema),
  /** `merge`: in place of the change before, as one turn of a knob after another. */
  'editor.change': channel(
    edit.extend({ change: changeSchema, merge: z.boolean().default(false) }),
    editSchema,
  ),
  /** Undo and redo: how many of the changes count. */
  'editor.goTo': channel(edit.extend({ done: z.number().int().nonnegative() }), editSchema),
  /** Makes a part of the sound anew, in one operation; its progress is that of a take. */
  'editor.generate': channel(
    edit.extend({
      kind: z.enum(partKinds),
      /** Seconds; of 'extend', where the new end begins to differ is up to it. */
      start: z.number().nonnegative(),
      end: z.number().positive(),
      prompt: z.string().max(2000),
      negative: z.string().max(2000).default(''),
      /** Of 'vary': how much is made anew, 0 to 1. */
      strength: z.number().min(0.05).max(1).default(0.5),
      /** Null: a new one. */
      seed: z.number().int().nullable().default(null),
      pins: choiceSchema.shape.pins,
      bans: choiceSchema.shape.bans,
      k: z.number().int().min(0).max(64).optional(),
      retrieval: z.enum(retrievalModes).optional(),
      guidance: z.number().optional(),
      libraryGuidance: z.number().optional(),
    }),
    editSchema,
  ),
  /**
   * One array a channel: minimum and maximum of each column in turn, -32767 to 32767 at full scale; frames after `ready` are
   * not rendered yet.
   */
  'editor.waveform': channel(
    edit.extend({ version, columns: z.number().int().min(8).max(65_536) }),
    z.object({ ready: z.number().int(), channels: z.array(z.instanceof(Int16Array)).readonly() }),
  ),
  /** How many frames can be played, answered when that is more than `after`. */
  'editor.ready': channel(edit.extend({ version, after: z.number().int().nonnegative() }), z.number().int()),
  /** Levels of a stretch, mono: for each column the rows from low to high on a mel scale, 0 (-100 dBFS and less) to 255 (0 dBFS). */
  'editor.spectrogram': channel(
    edit.extend({
      version,
      start: z.number().nonnegative(),
      end: z.number().positive(),
      columns: z.number().int().min(8).max(4096),
      rows: z.number().int().min(16).max(512),
    }),
    z.instanceof(Uint8Array),
  ),
  /** Integrated LUFS, range in LU, dBTP, dBFS; null for silence. */
  'editor.loudness': channel(
    edit.extend({ version }),
    z.object({
      integrated: z.number().nullable(),
      range: z.number(),
      maxMomentary: z.number().nullable(),
      maxShortTerm: z.number().nullable(),
      truePeak: z.number().nullable(),
    }),
  ),
  /** Seconds at which the sound can be cut: zero crossings, or where a transient begins, nearest to each moment. */
  'editor.snap': channel(
    edit.extend({
      version,
      at: z.array(z.number().nonnegative()).max(100),
      to: z.enum(snapTargets),
    }),
    z.array(z.number()).readonly(),
  ),
} as const;
export type EditorChannels = typeof editorChannels;
