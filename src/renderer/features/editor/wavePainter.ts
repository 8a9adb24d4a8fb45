/** Where a channel is drawn, in pixels of the canvas. */
interface Lane {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Draws what lies between the minima and maxima of each pixel's columns; silence stays a line.
 *
 * @param peaks minimum and maximum of each column in turn, -1 to 1
 * @param start share of them at the left edge
 * @param end at the right edge
 */
export function paintPeaks(
  context: CanvasRenderingContext2D,
  lane: Lane,
  peaks: Float32Array,
  start = 0,
  end = 1,
): void {
  const step = ((end - start) * peaks.length) / lane.width;
  paintLane(context, lane, (x) => {
    const from = Math.floor(start * peaks.length + x * step);
    return range(peaks, from, Math.max(from + 2, Math.ceil(start * peaks.length + (x + 1) * step)));
  });
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
  // A line of a few pixels a sample would be a thicket, and slow.
  if (step < 2.5) {
    paintLane(context, lane, (x) => {
      // From the one before the column to the one behind it, so that columns join.
      return range(
        samples,
        Math.max(0, Math.floor((x - first) / step)),
        Math.ceil((x + 1 - first) / step) + 1,
      );
    });
    return;
  }
  const y = (value: number): number => lane.top + (lane.height / 2) * (1 - value);
  context.beginPath();
  samples.forEach((value, at) => context.lineTo(first + at * step, y(value)));
  context.lineWidth = 1.2 * devicePixelRatio;
  context.lineJoin = 'bevel';
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

function range(values: Float32Array, from: number, to: number): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  const last = Math.min(to, values.length);
  for (let at = from; at < last; at++) {
    const value = values[at] ?? 0;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high < low ? null : [low, high];
}
