import libsamplerate from '@alexanderolsen/libsamplerate-js';
import { RefoleyError } from '#core/errors.ts';

/** `best`: 144 dB, 97 % of the band, for what leaves the app. `medium`: 121 dB, 90 %, four times as fast. */
export type ResampleQuality = 'best' | 'medium';

const CONVERTER = { best: 0, medium: 1 } as const;
/** The limits of libsamplerate. */
const MAX_RATIO = 256;
/** Up to here libsamplerate-js works in one piece; beyond, it has to stream, which gives the same samples; the instance is spent. */
const ONE_PIECE = 1_000_000;
type Converter = Awaited<ReturnType<typeof libsamplerate.create>>;
/** Instances that are kept, for one takes 19 ms to make; more than this many pairs of rates are seldom in use at once. */
const MOST_KEPT = 4;
const kept = new Map<string, Promise<Converter>>();

/** Longer than half of the longest filter (144 samples of the lower rate), so that no tail stays inside it. */
export const FLUSH = 256;

/**
 * Band-limited resampling with libsamplerate's windowed sinc (WebAssembly, the same bits on every machine; latency
 * compensated).
 *
 * @param samples mono
 * @param from Hz, a whole number
 * @param to Hz
 * @returns round(n * to / from) samples; `samples` itself when the rates are equal
 * @throws RefoleyError input for rates that are not positive or more than a factor of 256 apart
 */
export async function resample(
  samples: Float32Array,
  from: number,
  to: number,
  quality: ResampleQuality = 'best',
): Promise<Float32Array> {
  checkRates(from, to);
  if (from === to) return samples;
  const length = Math.round((samples.length * to) / from);
  if (length === 0) return new Float32Array(0);
  if (Math.max(samples.length, length) > ONE_PIECE) {
    const whole = new Float32Array(length);
    let at = 0;
    for await (const piece of resampled(samples, from, to, quality)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
  const room = samples.length + Math.ceil(FLUSH * Math.max(1, from / to));
  return (await keptConverter(from, to, quality)).simple(padded(samples, room)).slice(0, length);
}

/**
 * What `resample` gives, in pieces of about a tenth of a second as they are ready.
 *
 * @throws RefoleyError as `resample`
 */
export async function* resampled(
  samples: Float32Array,
  from: number,
  to: number,
  quality: ResampleQuality = 'best',
): AsyncGenerator<Float32Array, void, void> {
  checkRates(from, to);
  // The library's own way to do this fails for rates that do not divide by ten.
  const size = Math.max(1, Math.floor(from / 10));
  let left = Math.round((samples.length * to) / from);
  const converter = from === to ? undefined : await createConverter(from, to, quality);
  try {
    for (let at = 0; left > 0; at += size) {
      const there = samples.subarray(at, at + size);
      const given = there.length === size ? there : padded(there, size);
      const piece = (converter?.full(given) ?? given).subarray(0, left);
      left -= piece.length;
      yield piece;
    }
  } finally {
    converter?.destroy();
  }
}

export function checkRates(from: number, to: number): void {
  const ratio = to / from;
  if (from > 0 && to > 0 && ratio <= MAX_RATIO && ratio >= 1 / MAX_RATIO) return;
  throw new RefoleyError(
    'input',
    `cannot resample from ${from} Hz to ${to} Hz; choose rates between 8000 and 192000 Hz`,
  );
}

/** With silence after it, so that all of it comes out. */
function padded(samples: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(samples);
  return longer;
}

export function createConverter(from: number, to: number, quality: ResampleQuality, channels = 1) {
  return libsamplerate.create(channels, from, to, { converterType: CONVERTER[quality] });
}

/** Free of state between two sounds. One that is dropped may still be in use, so it is left to be collected. */
function keptConverter(from: number, to: number, quality: ResampleQuality) {
  const key = `${from} ${to} ${quality}`;
  const converter = kept.get(key) ?? createConverter(from, to, quality);
  kept.delete(key);
  kept.set(key, converter);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return converter;
}
