import { createEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { createFloatList } from './floatList.ts';
import type { StreamFormat, StreamMeter } from './streamMeter.ts';

/** A part of a recording in seconds; `end` is not part of it. */
export interface SoundEvent {
  readonly start: number;
  readonly end: number;
}

/** A shorter file is one sound, whatever pauses it has. */
const SHORTEST_CUT_FILE = 5;
/** Seconds. A step of a walk (two a second, 0.2 to 0.3 s each) joins the next; the pauses that editors leave do not. */
const MERGE_GAP = 0.4;
/** Seconds. Shorter clicks join a neighbour that is no farther than `CLICK_GAP`. */
const CLICK = 0.05;
const CLICK_GAP = 1;
/** Seconds kept before an onset and after a decay. */
const PRE_ROLL = 0.02;
const POST_ROLL = 0.03;
/** Seconds; what is longer is cut at quiet moments. */
const LONGEST = 30;
const MOST_EVENTS = 500;
/** Steps in which the gap that is joined grows while there are more. */
const WIDEN = 1.2;

/** Seconds over which levels are averaged: for decays, and for the noise floor. */
const SLOW = 0.05;
const FLOOR_WINDOW = 0.2;
/** The quietest share of the file, which is the floor; at least one window of it. */
const FLOOR_SHARE = 0.02;
/** dBFS: below is silence in any recording. */
const SILENCE = -80;
/** dB under the loudest moment: the end of any decay. */
const DEEPEST = 75;
/** dB above the floor: where an event begins, and where its decay has ended. */
const ONSET = 10;
const DECAY = 3;
/** dB from the level between the events to the typical event's peak; with less, the file is one continuous sound. */
const CONTRAST = { steady: 15, alive: 25 };
/** dB from the 10th to the 90th percentile of the level between events: hiss has 0.4, ambience 2 to 15. */
const STEADY = 1.5;
/** Seconds beside an event that do not count as background. */
const FLANK = 0.1;
/**
 * Seconds a region on average, and regions at least, in recordings with an alive background or events that come
 * mostly without silence between: no more than stretches of them would make.
 */
const TEXTURE_SECONDS = 15;
const FEW_EVENTS = 20;
/** dB that the level falls, and rises again within `ATTACK` s, where an event follows another without silence. */
const VALLEY = 20;
const ATTACK = 0.03;
/** Seconds from one attack to the next, for a cut: closer ones are steps, voices, textures. */
const ONSET_GAP = 2;

/** Frames `start` to `end` (not included). */
interface Run {
  start: number;
  end: number;
}

/**
 * Cuts a recording into sound events: what stands out from the noise floor, with a little pre-roll and the whole
 * decay; where events overlap, at an attack after a deep fall. Continuous sound (ambience, a machine) and long events
 * are cut into stretches of at most 30 s at quiet moments.
 *
 * The events are in order, within the file and do not overlap. None: the file is silent. One: the file is a single
 * sound and needs no regions; the event says where in the file it is. At most 500, and one in 15 s on average where
 * the background is alive: beyond, close ones are joined, to more than 30 s only if that does not do.
 *
 * The floor is estimated from the quietest 2 % of the file (means of 200 ms), after the minimum statistics of Martin,
 * "Noise power spectral density estimation based on optimal smoothing and minimum statistics", 2001.
 */
export function createSoundEvents(format: StreamFormat): StreamMeter<SoundEvent[]> {
  const envelope = createEnvelope(format);
  return {
    push: (channels) => envelope.push(channels),
    finish: () => soundEvents(envelope.finish()),
  };
}

function soundEvents({ power, frameSeconds, seconds }: Envelope): SoundEvent[] {
  const inFrames = (duration: number): number => Math.max(1, Math.round(duration / frameSeconds));
  const slow = levels(power, inFrames(SLOW));
  const fast = levels(power, 2);
  const wide = levels(power, inFrames(FLOOR_WINDOW));
  const loudest = fast.reduce((most, level) => Math.max(most, level), -Infinity);
  const whole = seconds < SHORTEST_CUT_FILE;
  // Such a file may have no pause as long as the window.
  const floor = Math.max(SILENCE, loudest - DEEPEST, quietest(whole ? fast : wide, FLOOR_SHARE));

  // Nothing but steady sound has no onset: then the floor is the sound.
  const found = activeRuns(fast, slow, floor);
  const runs = found.length === 0 && loudest > SILENCE ? [{ start: 0, end: power.length }] : found;
  if (runs.length === 0) return [];
  const toEvents = (all: readonly Run[]): SoundEvent[] =>
    padded(all, power.length, inFrames(PRE_ROLL), inFrames(POST_ROLL)).map(({ start, end }) => ({
      start: start * frameSeconds,
      end: Math.min(seconds, end * frameSeconds),
    }));
  if (whole) return toEvents([{ start: runs[0]!.start, end: runs.at(-1)!.end }]);

  const joined = joinedRuns(runs, inFrames(MERGE_GAP), inFrames(CLICK), inFrames(CLICK_GAP));
  const { level, steady } = background(joined, slow, floor, inFrames(FLANK));
  const distinct = typicalPeak(joined, fast) - level >= (steady ? CONTRAST.steady : CONTRAST.alive);
  const events = distinct
    ? joined.flatMap((run) => splitAtOnsets(run, fast, slow, inFrames(ONSET_GAP), inFrames(ATTACK)))
    : [{ start: 0, end: power.length }];
  // Stretches are half as long at least.
  const longest = inFrames(Math.max(LONGEST, (2 * seconds) / MOST_EVENTS));
  const parts = events.flatMap((run) => stretches(run, wide, longest));
  const texture = !steady || events.length > 2 * joined.length;
  const most = texture ? Math.max(FEW_EVENTS, Math.ceil(seconds / TEXTURE_SECONDS)) : MOST_EVENTS;
  return toEvents(limited(parts, Math.min(MOST_EVENTS, most), inFrames(MERGE_GAP), longest));
}

/** Level in dB of the mean power of `size` frames around each frame. */
function levels(power: Float32Array, size: number): Float32Array {
  const result = new Float32Array(power.length);
  const ahead = Math.floor(size / 2);
  let total = 0;
  let from = 0;
  let to = 0;
  for (let i = 0; i < power.length; i++) {
    while (to < Math.min(power.length, i + ahead + 1)) total += power[to++]!;
    while (from < to - size) total -= power[from++]!;
    result[i] = 10 * Math.log10(Math.max(1e-20, total / (to - from)));
  }
  return result;
}

/** The level that the `share` of quietest frames does not pass. */
function quietest(wide: Float32Array, share: number): number {
  return wide.toSorted()[Math.floor(share * (wide.length - 1))] ?? -Infinity;
}

/** Runs in which the fast level passes the onset threshold, from where it rose until the slow one has fallen. */
function activeRuns(fast: Float32Array, slow: Float32Array, floor: number): Run[] {
  const runs: Run[] = [];
  let current: Run | undefined;
  for (let i = 0; i < fast.length; i++) {
    if (current === undefined && fast[i]! > floor + ONSET) {
      let start = i;
      while (start > (runs.at(-1)?.end ?? 0) && fast[start - 1]! > floor + DECAY) start--;
      runs.push((current = { start, end: i }));
    }
    if (current === undefined) continue;
    if (fast[i]! > floor + DECAY) current.end = i + 1;
    // The slow level decides, the fast one is more exact: the average still holds what was before.
    else if (slow[i]! <= floor + DECAY) current = undefined;
  }
  return runs;
}

/** Joins runs with short gaps, then clicks with their nearer neighbour. */
function joinedRuns(runs: readonly Run[], gap: number, click: number, clickGap: number): Run[] {
  const joined = grouped(runs, gap, Infinity);
  for (let i = 0; i < joined.length; i++) {
    const run = joined[i]!;
    if (run.end - run.start >= click) continue;
    const before = run.start - (joined[i - 1]?.end ?? -Infinity);
    const after = (joined[i + 1]?.start ?? Infinity) - run.end;
    if (Math.min(before, after) > clickGap) continue;
    const at = before <= after ? i - 1 : i;
    joined.splice(at, 2, { start: joined[at]!.start, end: joined[at + 1]!.end });
    i = at - 1;
  }
  return joined;
}

/** Median of the runs' peaks. */
function typicalPeak(runs: readonly Run[], fast: Float32Array): number {
  const peaks = runs.map(({ start, end }) =>
    fast.subarray(start, end).reduce((most, level) => Math.max(most, level), -Infinity),
  );
  return peaks.sort((a, b) => a - b)[Math.floor(peaks.length / 2)]!;
}

/** The level between the runs, its 90th percentile, and if it is steady; alive and loud if nothing is between them. */
function background(
  runs: readonly Run[],
  slow: Float32Array,
  floor: number,
  flank: number,
): { level: number; steady: boolean } {
  const between = createFloatList();
  for (let i = 0; i <= runs.length; i++) {
    const from = i === 0 ? 0 : runs[i - 1]!.end + flank;
    const to = (runs[i]?.start ?? slow.length + flank) - flank;
    for (let n = from; n < to; n++) between.push(Math.max(floor, slow[n]!));
  }
  const sorted = between.values().sort();
  const percentile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Infinity;
  return { level: percentile(0.9), steady: percentile(0.9) - percentile(0.1) <= STEADY };
}

/** Cuts before attacks, `gap` after the last one, that leap `VALLEY` up from as deep below what came before. */
function splitAtOnsets(run: Run, fast: Float32Array, slow: Float32Array, gap: number, attack: number): Run[] {
  const parts: Run[] = [];
  let start = run.start;
  let attacked = run.start;
  let peak = -Infinity;
  let valley = Infinity;
  for (let i = run.start; i < run.end; i++) {
    const attacks = fast[i]! > fast[i - attack]! + VALLEY;
    if (attacks && Math.min(fast[i]!, peak) > valley + VALLEY && i - attacked >= gap) {
      let rise = i;
      while (rise > i - attack && fast[rise - 1]! > fast[i - attack]! + DECAY) rise--;
      parts.push({ start, end: rise });
      start = rise;
      peak = -Infinity;
    }
    if (attacks) attacked = i;
    if (fast[i]! > peak) {
      peak = fast[i]!;
      valley = Infinity;
    }
    valley = Math.min(valley, slow[i]!);
  }
  parts.push({ start, end: run.end });
  return parts;
}

/** Pieces of at most `longest` and at least a third of it, cut where the level is lowest. */
function stretches({ start, end }: Run, wide: Float32Array, longest: number): Run[] {
  const parts: Run[] = [];
  while (end - start > longest) {
    const last = start + Math.min(longest, Math.ceil(end - start - longest / 3));
    let cut = start + Math.ceil(longest / 2);
    for (let i = cut; i <= last; i++) if (wide[i]! < wide[cut]!) cut = i;
    parts.push({ start, end: cut });
    start = cut;
  }
  return [...parts, { start, end }];
}

/** At most `most` runs: close ones are joined to at most `longest`, and if that is not enough, to longer ones. */
function limited(runs: readonly Run[], most: number, gap: number, longest: number): readonly Run[] {
  let joined = runs;
  while (joined.length > most) {
    gap *= WIDEN;
    if (gap > longest) longest *= WIDEN;
    joined = grouped(runs, gap, longest);
  }
  return joined;
}

function grouped(runs: readonly Run[], gap: number, longest: number): Run[] {
  const groups: Run[] = [];
  for (const { start, end } of runs) {
    const last = groups.at(-1);
    if (last !== undefined && start - last.end < gap && end - last.start <= longest) last.end = end;
    else groups.push({ start, end });
  }
  return groups;
}

/** Adds pre-roll and post-roll, as far as the neighbours leave room. */
function padded(runs: readonly Run[], length: number, before: number, after: number): Run[] {
  return runs.map(({ start, end }, i) => {
    const previous = runs[i - 1]?.end ?? 0;
    const next = runs[i + 1]?.start ?? length;
    const room = next - end;
    return {
      start: start - Math.min(before, Math.floor((start - previous) / 2)),
      end: end + Math.min(after, Math.ceil(room / 2)),
    };
  });
}
