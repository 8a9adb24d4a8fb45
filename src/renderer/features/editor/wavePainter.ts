/** Draws what lies between the minima and maxima of each pixel's column; silence stays a line. */
export function paintPeaks(peaks: ArrayLike<number>, context: CanvasRenderingContext2D): void {
  const { width, height } = context.canvas;
  paintLane(context, { top: 0, height, width }, (x) => extremes(peaks, x / width, (x + 1) / width));
}

interface Lane {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Draws samples as they are: what lies between the extremes of each pixel or, where there are fewer than pixels, a line.
 *
 * @param first place of the first sample in pixels
 * @param step pixels from one sample to the next
 */
export function paintSamples(
  context: CanvasRenderingContext2D,
  lane: Lane,
  samples: Float32Array,
  first: number,
  step: number,
): void {
  if (step < 0.5) {
    paintLane(context, lane, (x) => {
      const from = Math.max(0, Math.floor((x - first) / step));
      // One more than there are in the column, so that columns join.
      const to = Math.min(samples.length, Math.ceil((x + 1 - first) / step) + 1);
      return to > from ? range(samples, from, to) : null;
    });
    return;
  }
  const y = (value: number): number => lane.top + (lane.height / 2) * (1 - value);
  context.beginPath();
  samples.forEach((value, at) => context.lineTo(first + at * step, y(value)));
  context.lineWidth = 1.2 * devicePixelRatio;
  context.stroke();
  if (step < 6 * devicePixelRatio) return;
  const size = 2 * devicePixelRatio;
  samples.forEach((value, at) =>
    context.fillRect(first + at * step - size, y(value) - size, 2 * size, 2 * size),
  );
}

function paintLane(
  context: CanvasRenderingContext2D,
  { top, height, width }: Lane,
  at: (x: number) => readonly [number, number] | null,
): void {
  const middle = top + height / 2;
  for (let x = 0; x < width; x++) {
    const between = at(x);
    if (!between) continue;
    const [low, high] = between;
    const y = middle - Math.min(1, high) * (height / 2);
    context.fillRect(x, y, 1, Math.max(1, middle - Math.max(-1, low) * (height / 2) - y));
  }
}

function extremes(peaks: ArrayLike<number>, start: number, end: number): readonly [number, number] {
  const from = Math.min(peaks.length - 1, Math.floor(start * peaks.length));
  return range(peaks, from, Math.max(from + 2, Math.ceil(end * peaks.length)));
}

function range(values: ArrayLike<number>, from: number, to: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let at = from; at < Math.min(to, values.length); at++) {
    const value = values[at] ?? 0;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high < low ? [0, 0] : [low, high];
}
