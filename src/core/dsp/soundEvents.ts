import { createEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
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
const CLICK = 0.025;
const CLICK_GAP = 1;
/** Seconds kept before an onset and after a decay. */
const PRE_ROLL = 0.02;
const POST_ROLL = 0.05;
/** Seconds; what is longer is cut at quiet moments. */
const LONGEST = 30;
const MOST_EVENTS = 500;

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
const CONTRAST = 15;
/** dB that the level falls and rises again where one event follows another without silence; not before `ONSET_GAP` s. */
const VALLEY = 20;
const ONSET_GAP = 1;

/** Frames `start` to `end` (not included). */
interface Run {
  start: number;
  end: number;
}

/**
 * Cuts a recording into sound events: what stands out from the noise floor, with a little pre-roll and the whole
 * decay; where events overlap, at a rise after a deep fall. Continuous sound (ambience, a machine) and long events are
 * cut into stretches of at most 30 s at quiet moments, longer ones only in recordings of more than two hours.
 *
 * The events are in order, within the file and do not overlap. None: the file is silent. One: the file is a single
 * sound and needs no regions; the event says where in the file it is. At most 500: beyond, the closest are joined.
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

/** `createSoundEvents` of an envelope. */
export function soundEvents({ power, frameSeconds, seconds }: Envelope): SoundEvent[] {
  const inFrames = (duration: number): number => Math.max(1, Math.round(duration / frameSeconds));
  const slow = levels(power, inFrames(SLOW));
  const fast = levels(power, 2);
  const wide = levels(power, inFrames(FLOOR_WINDOW));
  const loudest = fast.reduce((most, level) => Math.max(most, level), -Infinity);
  const floor = Math.max(SILENCE, loudest - DEEPEST, quietest(wide, FLOOR_SHARE));

  // Nothing but steady sound has no onset: then the floor is the sound.
  const found = activeRuns(fast, slow, floor);
  const runs = found.length === 0 && loudest > SILENCE ? [{ start: 0, end: power.length }] : found;
  if (runs.length === 0) return [];
  const toEvents = (all: readonly Run[]): SoundEvent[] =>
    padded(limited(all, MOST_EVENTS), power.length, inFrames(PRE_ROLL), inFrames(POST_ROLL)).map(
      ({ start, end }) => ({ start: start * frameSeconds, end: Math.min(seconds, end * frameSeconds) }),
    );
  if (seconds < SHORTEST_CUT_FILE) return toEvents([{ start: runs[0]!.start, end: runs.at(-1)!.end }]);

  const joined = joinedRuns(runs, inFrames(MERGE_GAP), inFrames(CLICK), inFrames(CLICK_GAP));
  const distinct = contrast(joined, fast, power) >= CONTRAST;
  const events = distinct
    ? joined.flatMap((run) => splitAtOnsets(run, fast, slow, inFrames(ONSET_GAP)))
    : [{ start: 0, end: power.length }];
  // Stretches are half as long at least.
  const longest = inFrames(Math.max(LONGEST, (2 * seconds) / MOST_EVENTS));
  return toEvents(events.flatMap((run) => stretches(run, wide, longest)));
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

/** Runs that begin where the fast level passes the onset threshold and last until the slow one has fallen. */
function activeRuns(fast: Float32Array, slow: Float32Array, floor: number): Run[] {
  const runs: Run[] = [];
  let current: Run | undefined;
  for (let i = 0; i < fast.length; i++) {
    if (fast[i]! > floor + ONSET) {
      if (current === undefined) runs.push((current = { start: i, end: i + 1 }));
      current.end = i + 1;
    } else if (current !== undefined) {
      if (slow[i]! > floor + DECAY) current.end = i + 1;
      else current = undefined;
    }
  }
  return runs;
}

/** Joins runs with short gaps, then clicks with their nearer neighbour. */
function joinedRuns(runs: readonly Run[], gap: number, click: number, clickGap: number): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && run.start - last.end < gap) last.end = run.end;
    else joined.push({ ...run });
  }
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

/** dB from the mean power between the runs to the median of their peaks; -Infinity if nothing is between them. */
function contrast(runs: readonly Run[], fast: Float32Array, power: Float32Array): number {
  let energy = 0;
  let frames = 0;
  const peaks: number[] = [];
  for (const [i, { start, end }] of runs.entries()) {
    let peak = -Infinity;
    for (let n = start; n < end; n++) peak = Math.max(peak, fast[n]!);
    peaks.push(peak);
    const stop = runs[i + 1]?.start ?? power.length;
    for (let n = i === 0 ? 0 : end; n < stop; n++) {
      if (n >= start && n < end) continue;
      energy += power[n]!;
      frames++;
    }
  }
  if (frames === 0) return -Infinity;
  const typical = peaks.sort((a, b) => a - b)[Math.floor(peaks.length / 2)]!;
  return typical - 10 * Math.log10(Math.max(1e-20, energy / frames));
}

/** Cuts where the level has fallen by `VALLEY` below what came before and rises by as much: before that rise. */
function splitAtOnsets(run: Run, fast: Float32Array, slow: Float32Array, gap: number): Run[] {
  const parts: Run[] = [];
  let start = run.start;
  let peak = -Infinity;
  let valley = Infinity;
  let rise = run.start;
  for (let i = run.start; i < run.end; i++) {
    const level = slow[i]!;
    if (fast[i]! > valley + VALLEY && peak > valley + VALLEY && i - start >= gap) {
      parts.push({ start, end: rise });
      start = rise;
      peak = fast[i]!;
      valley = Infinity;
    }
    if (level < valley) valley = level;
    if (fast[i]! <= valley + DECAY) rise = i;
    if (fast[i]! > peak) {
      peak = fast[i]!;
      valley = level;
    }
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

/** At most `most` runs: those with the smallest gaps between them are joined. */
function limited(runs: readonly Run[], most: number): Run[] {
  if (runs.length <= most) return [...runs];
  const gaps = runs.slice(1).map((run, i) => ({ at: i + 1, gap: run.start - runs[i]!.end }));
  const kept = gaps.sort((a, b) => b.gap - a.gap).slice(0, most - 1);
  const starts = [0, ...kept.map(({ at }) => at).sort((a, b) => a - b)];
  return starts.map((at, i) => ({
    start: runs[at]!.start,
    end: runs[(starts[i + 1] ?? runs.length) - 1]!.end,
  }));
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
