import type { Operation } from './operations.ts';

/**
 * What an edit should sound like, said as plainly as can be: one number after the other, in arrays that grow by
 * pushing. Only for tests, which compare `renderEdit` with it.
 */
export interface SlowClip {
  readonly rate: number;
  /** A frame is one number a channel. */
  readonly frames: readonly (readonly number[])[];
}

type Frame = readonly number[];

const EDGE = 0.005;

export function slowly({ rate, frames }: SlowClip, operation: Operation, other: SlowClip): SlowClip {
  const at = (seconds: number): number => Math.round(seconds * rate);
  const all = { start: 0, end: frames.length };
  const range =
    'start' in operation && operation.start !== undefined && operation.end !== undefined
      ? { start: at(operation.start), end: at(operation.end) }
      : all;
  const result = (next: readonly Frame[]): SlowClip => ({
    rate,
    frames: next.map((frame) => frame.map(Math.fround)),
  });
  const selected = frames.slice(range.start, range.end);
  const spliced = (middle: readonly Frame[], edge = EDGE): SlowClip =>
    result(blended(frames, range.start, range.end, middle, Math.round(edge * rate)));

  switch (operation.op) {
    case 'trim':
      return result(selected);
    case 'cut': {
      if (range.start === 0) return result(frames.slice(range.end));
      const removed = range.end - range.start;
      const half = Math.min(
        Math.round((operation.crossfade * rate) / 2),
        range.start,
        frames.length - range.end,
        Math.floor(removed / 2),
      );
      const joined: Frame[] = [];
      for (let n = 0; n < frames.length - removed; n++) {
        const [before, after] = [frames[n]!, frames[n + removed] ?? frames[n]!];
        const share =
          n < range.start - half
            ? 0
            : n >= range.start + half
              ? 1
              : cosine((n - range.start + half + 0.5) / (2 * half));
        joined.push(before.map((sample, channel) => (1 - share) * sample + share * after[channel]!));
      }
      return result(joined);
    }
    case 'silence':
      return spliced(selected.map((frame) => frame.map(() => 0)));
    case 'insert': {
      const silence = Array.from({ length: at(operation.seconds) }, () => frames[0]!.map(() => 0));
      const place = at(operation.at);
      return result([...frames.slice(0, place), ...silence, ...frames.slice(place)]);
    }
    case 'fade':
      return result(
        frames.map((frame, n) => {
          if (n < range.start || n >= range.end) return frame;
          const place = operation.direction === 'in' ? n - range.start : range.end - 1 - n;
          const t = place / Math.max(1, range.end - range.start - 1);
          const gain = {
            linear: t,
            equalPower: Math.sin((t * Math.PI) / 2),
            exponential: (1000 ** t - 1) / 999,
            sCurve: cosine(t),
          };
          return frame.map((sample) => sample * gain[operation.curve]);
        }),
      );
    case 'gain':
      return spliced(
        selected.map((frame) => frame.map((sample) => Math.fround(sample * 10 ** (operation.db / 20)))),
      );
    case 'normalise': {
      const most = Math.max(...frames.flatMap((frame) => frame.map(Math.abs)));
      return result(
        frames.map((frame) => frame.map((sample) => (sample * 10 ** (operation.to / 20)) / most)),
      );
    }
    case 'reverse':
      return spliced(selected.toReversed());
    case 'removeDc': {
      const means = frames[0]!.map(
        (_, c) => frames.reduce((sum, frame) => sum + frame[c]!, 0) / frames.length,
      );
      return result(frames.map((frame) => frame.map((sample, c) => sample - means[c]!)));
    }
    case 'channels':
      if (frames[0]!.length === operation.count) return { rate, frames };
      if (operation.count === 2) return result(frames.map(([sample = 0]) => [sample, sample]));
      return result(frames.map((frame) => [frame.reduce((sum, sample) => sum + sample, 0) / frame.length]));
    case 'loop': {
      const overlap = Math.min(
        Math.round(operation.crossfade * rate),
        Math.floor((range.end - range.start) / 2),
      );
      const start = Math.max(range.start, overlap);
      const length = range.end - start;
      const looped: Frame[] = [];
      for (let n = 0; n < length; n++) {
        const into = n - (length - overlap);
        const angle = (((into + 0.5) / overlap) * Math.PI) / 2;
        const under = frames[start - overlap + into];
        looped.push(
          frames[start + n]!.map((sample, c) =>
            into < 0 ? sample : Math.cos(angle) * sample + Math.sin(angle) * under![c]!,
          ),
        );
      }
      return result(looped);
    }
    case 'layer': {
      const place = at(operation.at);
      const before = Math.max(0, -place);
      const length = Math.max(before + frames.length, place + before + other.frames.length);
      const gain = 10 ** (operation.db / 20);
      return result(
        Array.from({ length }, (_, n) =>
          frames[0]!.map(
            (_sample, c) =>
              (frames[n - before]?.[c] ?? 0) + gain * (other.frames[n - place - before]?.[0] ?? 0),
          ),
        ),
      );
    }
    case 'replace':
      return spliced(
        other.frames.map(([sample = 0]) => frames[0]!.map(() => sample)),
        operation.crossfade,
      );
    default:
      throw new Error(`the slow reference does not know ${operation.op}`);
  }
}

function blended(
  frames: readonly Frame[],
  start: number,
  end: number,
  middle: readonly Frame[],
  edge: number,
): Frame[] {
  const blend = Math.min(edge, end - start, Math.floor(middle.length / 2));
  const inside = middle.map((frame, n) => {
    const left = n;
    const right = middle.length - 1 - n;
    let mixed = frame;
    if (start > 0 && left < blend)
      mixed = between(frames[start + left]!, mixed, cosine((left + 0.5) / blend));
    if (end < frames.length && right < blend)
      mixed = between(frames[end - 1 - right]!, mixed, cosine((right + 0.5) / blend));
    return mixed;
  });
  return [...frames.slice(0, start), ...inside, ...frames.slice(end)];
}

function between(from: Frame, to: Frame, share: number): Frame {
  return from.map((sample, channel) => (1 - share) * sample + share * to[channel]!);
}

function cosine(t: number): number {
  return (1 - Math.cos(Math.PI * t)) / 2;
}
