import { z } from 'zod';

/** Operations say times in seconds of the sound as it is at their place in the list. */
const seconds = z.number().nonnegative();
const db = z.number().min(-144).max(60);
const hz = z.number().min(10).max(96_000);
/** A stretch; left out, the whole sound. */
const stretch = { start: seconds.optional(), end: seconds.optional() };
const selection = { start: seconds, end: seconds };
/** Of a sound in the list's `sounds`. */
const sound = z.string().min(1).max(64);

export const curves = ['linear', 'equalPower', 'exponential', 'sCurve'] as const;
export type Curve = (typeof curves)[number];
const curve = z.enum(curves);

export const levelMeasures = ['peak', 'truePeak', 'lufs'] as const;
export const filterShapes = ['lowCut', 'highCut', 'lowShelf', 'highShelf', 'bell'] as const;

/** Keeps a stretch and nothing else. */
const trim = z.strictObject({ op: z.literal('trim'), ...selection });
/** Takes a stretch out; the sides overlap by `crossfade`. */
const cut = z.strictObject({ op: z.literal('cut'), ...selection, crossfade: seconds.default(0.005) });
const silence = z.strictObject({ op: z.literal('silence'), ...selection });
/** Puts silence in. */
const insert = z.strictObject({
  op: z.literal('insert'),
  at: seconds,
  seconds: z.number().positive().max(3600),
});
const fade = z.strictObject({
  op: z.literal('fade'),
  ...selection,
  direction: z.enum(['in', 'out']),
  curve: curve.default('sCurve'),
});
const gain = z.strictObject({ op: z.literal('gain'), ...stretch, db });
/** Gain in dB over time, straight between the points and level before the first and after the last. */
const envelope = z.strictObject({
  op: z.literal('envelope'),
  points: z
    .array(z.strictObject({ at: seconds, db }))
    .min(1)
    .max(10_000),
});
/** Brings the whole to a level: dBFS, dBTP or LUFS. A loudness is not followed over the ceiling of true peaks. */
const normalise = z.strictObject({
  op: z.literal('normalise'),
  measure: z.enum(levelMeasures),
  to: z.number().min(-80).max(0),
  ceiling: z.number().min(-20).max(0).default(-1),
});
const reverse = z.strictObject({ op: z.literal('reverse'), ...stretch });
/** Changes length and pitch apart from each other: `ratio` 2 is twice as long. */
const stretchTime = z.strictObject({
  op: z.literal('stretch'),
  ...stretch,
  ratio: z.number().min(0.25).max(4).default(1),
  semitones: z.number().min(-24).max(24).default(0),
});
/** Changes length and pitch together, like tape: `ratio` 2 is twice as fast. */
const varispeed = z.strictObject({
  op: z.literal('varispeed'),
  ...stretch,
  ratio: z.number().min(0.125).max(8),
});
/** By the RBJ Audio EQ Cookbook; `db` is for shelves and the bell. */
const filter = z.strictObject({
  op: z.literal('filter'),
  ...stretch,
  shape: z.enum(filterShapes),
  hz,
  db: z.number().min(-48).max(48).default(0),
  q: z.number().min(0.1).max(40).default(Math.SQRT1_2),
});
const removeDc = z.strictObject({ op: z.literal('removeDc') });
/** Notches at the mains' frequency and its multiples. */
const removeHum = z.strictObject({
  op: z.literal('removeHum'),
  hz: z.union([z.literal(50), z.literal(60)]),
  harmonics: z.number().int().min(1).max(40).default(8),
  q: z.number().min(1).max(200).default(30),
});
/** Takes silence off both ends. */
const trimSilence = z.strictObject({
  op: z.literal('trimSilence'),
  below: z.number().min(-120).max(-6).default(-60),
  keep: seconds.max(10).default(0.01),
});
/** Side against middle: 0 is mono, 1 as it is, 2 twice as wide. */
const width = z.strictObject({ op: z.literal('width'), amount: z.number().min(0).max(4) });
const channels = z.strictObject({ op: z.literal('channels'), count: z.union([z.literal(1), z.literal(2)]) });
/** Makes a stretch repeat without a seam: what is before it fades in under its end. Nothing else is kept. */
const loop = z.strictObject({ op: z.literal('loop'), ...selection, crossfade: seconds.default(0.05) });
/** Lays another sound over this one; `pan` -1 is left. */
const layer = z.strictObject({
  op: z.literal('layer'),
  sound,
  at: z.number(),
  db: db.default(0),
  pan: z.number().min(-1).max(1).default(0),
});
/** Puts another sound in the place of a stretch, its ends crossfaded within that stretch. */
const replace = z.strictObject({
  op: z.literal('replace'),
  ...selection,
  sound,
  crossfade: seconds.max(10).default(0.01),
});
const marker = z.strictObject({
  op: z.literal('marker'),
  at: seconds,
  end: seconds.optional(),
  label: z.string().max(200).default(''),
});
const removeMarker = z.strictObject({ op: z.literal('removeMarker'), at: seconds });
/** Makes regions of what lies between these moments. */
const split = z.strictObject({ op: z.literal('split'), at: z.array(seconds).min(1).max(1000) });

/** One step of an edit. */
export const operationSchema = z.discriminatedUnion('op', [
  trim,
  cut,
  silence,
  insert,
  fade,
  gain,
  envelope,
  normalise,
  reverse,
  stretchTime,
  varispeed,
  filter,
  removeDc,
  removeHum,
  trimSilence,
  width,
  channels,
  loop,
  layer,
  replace,
  marker,
  removeMarker,
  split,
]);
export type Operation = z.output<typeof operationSchema>;
/** As it is written down: defaults may be left out. */
export type AskedOperation = z.input<typeof operationSchema>;
export type OperationOf<Name extends Operation['op']> = Extract<Operation, { op: Name }>;
