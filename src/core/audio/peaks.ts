import { blockLength } from '#core/dsp/streamMeter.ts';
import type { StreamFormat, StreamMeter } from '#core/dsp/streamMeter.ts';
import { createFloatList } from '#core/dsp/floatList.ts';
import type { FloatList } from '#core/dsp/floatList.ts';
import { RefoleyError } from '#core/errors.ts';

/** Lowest and highest sample of every bucket, at several resolutions: what a drawn waveform is made of. */
export interface Peaks {
  /** Hz. */
  readonly rate: number;
  readonly channelCount: number;
  /** Length of the sound in samples a channel. */
  readonly frames: number;
  /** Largest absolute sample of all channels; the stored integers are in units of `scale / 32767`. */
  readonly scale: number;
  /** Finest first. */
  readonly levels: readonly PeakLevel[];
}

/** One resolution. */
export interface PeakLevel {
  readonly samplesPerBucket: number;
  /** One a channel: minimum and maximum of each bucket in turn. */
  readonly channels: readonly Int16Array[];
}

/** What to draw of one channel, a value a pixel, -1..1 at full scale. */
export interface PeakColumns {
  readonly minima: Float32Array;
  readonly maxima: Float32Array;
}

const SAMPLES_PER_BUCKET = 256;
/** From one level to the next. */
const LEVEL_FACTOR = 4;
/** Levels are added until one has no more buckets than this, about the pixels of a screen. */
const OVERVIEW_BUCKETS = 1024;
/** Bound on the finest buckets of all channels: 8 MiB stored, 93 minutes of 48 kHz stereo at 256 samples. */
const MOST_BUCKETS = 2 ** 21;
const FULL_SCALE = 32767;

const MAGIC = 0x4b50_4652;
const VERSION = 1;
const HEADER = 28;

/**
 * Peaks of a stream. Every channel has its own, as in an editor. Memory is bounded: a sound too long for 256 samples
 * a bucket gets 512, 1024, ...
 *
 * @param mostBuckets of all channels together
 */
export function createPeaks(
  { rate, channelCount }: StreamFormat,
  mostBuckets = MOST_BUCKETS,
): StreamMeter<Peaks> {
  const limit = 2 * Math.max(1, Math.floor(mostBuckets / 2 / Math.max(1, channelCount)));
  /** Minimum and maximum of each finished bucket in turn. */
  let finest: FloatList[] = Array.from({ length: channelCount }, createFloatList);
  const low = new Float32Array(channelCount).fill(Infinity);
  const high = new Float32Array(channelCount).fill(-Infinity);
  let samplesPerBucket = SAMPLES_PER_BUCKET;
  let filled = 0;
  let frames = 0;

  function closeBucket(): void {
    for (const [index, list] of finest.entries()) {
      list.push(low[index]!);
      list.push(high[index]!);
    }
    low.fill(Infinity);
    high.fill(-Infinity);
    filled = 0;
    if ((finest[0]?.length ?? 0) < 2 * limit) return;
    finest = finest.map((list) => listOf(merged(list.values(), 2)));
    samplesPerBucket *= 2;
  }

  return {
    push(channels) {
      const length = blockLength(channels, channelCount);
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + samplesPerBucket - filled);
        for (const [index, samples] of channels.entries()) {
          let least = low[index]!;
          let most = high[index]!;
          for (let n = from; n < to; n++) {
            const sample = samples[n]!;
            if (sample < least) least = sample;
            if (sample > most) most = sample;
          }
          low[index] = least;
          high[index] = most;
        }
        filled += to - from;
        from = to;
        if (filled === samplesPerBucket) closeBucket();
      }
      frames += length;
    },
    finish() {
      if (filled > 0) closeBucket();
      const exact = finest.map((list) => list.values());
      const scale = exact.reduce(
        (most, values) => values.reduce((m, v) => Math.max(m, Math.abs(v)), most),
        0,
      );
      const levels = [{ samplesPerBucket, channels: exact.map((values) => quantised(values, scale)) }];
      return { rate, channelCount, frames, scale, levels: withCoarser(levels[0]!) };
    },
  };
}

/**
 * Encodes peaks for a file beside the catalogue. Little-endian:
 *
 * | offset | type | what |
 * | --- | --- | --- |
 * | 0 | 4 bytes | `RFPK` |
 * | 4 | u16 | version, 1 |
 * | 6 | u16 | channels |
 * | 8 | u32 | sample rate, Hz |
 * | 12 | u32 | samples a bucket at the finest level |
 * | 16 | u64 | length of the sound, samples a channel |
 * | 24 | f32 | scale: the sample that 32767 stands for |
 * | 28 | i16[] | the levels, coarsest first; in each the channels one after the other, minimum and maximum a bucket |
 *
 * A level has ceil(length / samples a bucket) buckets; each next one has four times the samples a bucket, until one
 * has at most 1024 buckets. Minima are rounded down and maxima up.
 */
export function encodePeaks(peaks: Peaks): Uint8Array<ArrayBuffer> {
  const values = peaks.levels
    .flatMap(({ channels }) => channels)
    .reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(HEADER + 2 * values);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, peaks.channelCount, true);
  view.setUint32(8, peaks.rate, true);
  view.setUint32(12, peaks.levels[0]?.samplesPerBucket ?? SAMPLES_PER_BUCKET, true);
  view.setBigUint64(16, BigInt(peaks.frames), true);
  view.setFloat32(24, peaks.scale, true);
  let offset = HEADER;
  for (const { channels } of peaks.levels.toReversed()) {
    for (const channel of channels) {
      for (let i = 0; i < channel.length; i++, offset += 2) view.setInt16(offset, channel[i]!, true);
    }
  }
  return bytes;
}

/**
 * Decodes what `encodePeaks` wrote.
 *
 * @throws RefoleyError corrupt when the bytes are no peaks, of another version, or their length is not that of the header
 */
export function decodePeaks(bytes: Uint8Array): Peaks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) {
    throw damaged(`they do not begin as version ${VERSION} does`);
  }
  const channelCount = view.getUint16(6, true);
  const rate = view.getUint32(8, true);
  const finest = view.getUint32(12, true);
  const frames = Number(view.getBigUint64(16, true));
  const scale = view.getFloat32(24, true);
  if (finest === 0 || !Number.isSafeInteger(frames) || !(scale >= 0 && scale < Infinity)) {
    throw damaged('their header holds impossible numbers');
  }
  const sizes = levelSizes(frames, finest);
  const expected = HEADER + sizes.reduce((total, { buckets }) => total + 4 * buckets * channelCount, 0);
  if (expected !== bytes.length) throw damaged(`they hold ${bytes.length} bytes instead of ${expected}`);

  let offset = HEADER;
  const levels = sizes.toReversed().map(({ samplesPerBucket, buckets }): PeakLevel => {
    const channels = Array.from({ length: channelCount }, () => {
      const values = new Int16Array(2 * buckets);
      for (let i = 0; i < values.length; i++, offset += 2) values[i] = view.getInt16(offset, true);
      return values;
    });
    return { samplesPerBucket, channels };
  });
  return { rate, channelCount, frames, scale, levels: levels.reverse() };
}

/**
 * Columns for drawing samples `from` to `to` in `width` pixels, one entry a channel: the extremes of all buckets that
 * touch a pixel, so that no peak is lost at any zoom. Beyond the sound all is 0. With fewer samples a pixel than the
 * finest bucket has, neighbouring pixels show the same bucket: draw such a view from the samples.
 *
 * @param from samples, may be a fraction or negative
 * @param to samples, beyond `from`
 * @param width pixels
 * @throws RefoleyError input for an empty range or a width that is no positive whole number
 */
export function peaksBetween(peaks: Peaks, from: number, to: number, width: number): PeakColumns[] {
  if (!(to > from && Number.isFinite(to - from)) || !Number.isInteger(width) || width < 1) {
    throw new RefoleyError(
      'input',
      `a waveform cannot be drawn from sample ${from} to ${to} in ${width} pixels; choose a range and a width`,
    );
  }
  const perPixel = (to - from) / width;
  const level =
    peaks.levels.findLast(({ samplesPerBucket }) => samplesPerBucket <= perPixel) ?? peaks.levels[0];
  const unit = peaks.scale / FULL_SCALE;
  return Array.from({ length: peaks.channelCount }, (_, index) => {
    const minima = new Float32Array(width);
    const maxima = new Float32Array(width);
    const values = level?.channels[index] ?? new Int16Array(0);
    const size = level?.samplesPerBucket ?? SAMPLES_PER_BUCKET;
    for (let pixel = 0; pixel < width; pixel++) {
      const start = Math.max(0, Math.floor((from + pixel * perPixel) / size));
      const stop = Math.min(values.length / 2, Math.ceil((from + (pixel + 1) * perPixel) / size));
      if (start >= stop) continue;
      let least = FULL_SCALE;
      let most = -FULL_SCALE;
      for (let bucket = start; bucket < stop; bucket++) {
        least = Math.min(least, values[2 * bucket]!);
        most = Math.max(most, values[2 * bucket + 1]!);
      }
      minima[pixel] = least * unit;
      maxima[pixel] = most * unit;
    }
    return { minima, maxima };
  });
}

function withCoarser(finest: PeakLevel): PeakLevel[] {
  const levels = [finest];
  for (let last = finest; (last.channels[0]?.length ?? 0) > 2 * OVERVIEW_BUCKETS;) {
    last = {
      samplesPerBucket: LEVEL_FACTOR * last.samplesPerBucket,
      channels: last.channels.map((values) => merged(values, LEVEL_FACTOR)),
    };
    levels.push(last);
  }
  return levels;
}

/** Buckets of each level, finest first. */
function levelSizes(frames: number, finest: number): { samplesPerBucket: number; buckets: number }[] {
  const sizes = [];
  for (let samplesPerBucket = finest; ; samplesPerBucket *= LEVEL_FACTOR) {
    const buckets = Math.ceil(frames / samplesPerBucket);
    sizes.push({ samplesPerBucket, buckets });
    if (buckets <= OVERVIEW_BUCKETS) return sizes;
  }
}

/** Every `factor` buckets made one; the last of them from what is left. */
function merged<Values extends Float32Array | Int16Array>(values: Values, factor: number): Values {
  const result = values.slice(0, 2 * Math.ceil(values.length / 2 / factor)) as Values;
  for (let i = 0; i < result.length; i += 2) {
    const stop = Math.min(values.length, (i + 2) * factor);
    let least = Infinity;
    let most = -Infinity;
    for (let k = i * factor; k < stop; k += 2) {
      least = Math.min(least, values[k]!);
      most = Math.max(most, values[k + 1]!);
    }
    result[i] = least;
    result[i + 1] = most;
  }
  return result;
}

/** Minima rounded down and maxima up, so that what is drawn is never smaller than what sounds. */
function quantised(values: Float32Array, scale: number): Int16Array {
  const gain = scale === 0 ? 0 : FULL_SCALE / scale;
  const result = new Int16Array(values.length);
  for (let i = 0; i < values.length; i += 2) {
    result[i] = Math.max(-FULL_SCALE, Math.floor(values[i]! * gain));
    result[i + 1] = Math.min(FULL_SCALE, Math.ceil(values[i + 1]! * gain));
  }
  return result;
}

function listOf(values: Float32Array): FloatList {
  const list = createFloatList();
  for (const value of values) list.push(value);
  return list;
}

function damaged(what: string): RefoleyError {
  return new RefoleyError(
    'corrupt',
    `the stored waveform peaks are damaged (${what}); analyse the sound again`,
  );
}
