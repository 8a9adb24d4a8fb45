/** Frames, or seconds, from `start` to before `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Which frames of a file are heard one after another: from `from` on and, in a loop, from its end back to its beginning.
 *
 * @param loop null: what follows in the file
 * @param after frames after the first one; negative for what lies before it in the file
 * @returns what to put together, in order
 */
export function playedFrames(from: number, loop: Stretch | null, after: number, frames: number): Stretch[] {
  const length = loop ? loop.end - loop.start : 0;
  if (!loop || length <= 0 || from >= loop.end) return [{ start: from + after, end: from + after + frames }];
  const parts: Stretch[] = [];
  let [at, left] = [from + after, frames];
  while (left > 0) {
    // It may begin before the loop; once at its end, it stays in it.
    const start = at < loop.end ? at : loop.start + ((at - loop.start) % length);
    const end = Math.min(loop.end, start + left);
    parts.push({ start, end });
    left -= end - start;
    at += end - start;
  }
  return parts;
}
