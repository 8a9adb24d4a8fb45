import { RefoleyError } from '#core/errors.ts';
import { A_LAW, MU_LAW } from './g711.ts';
import { viewOf } from './riff.ts';
import type { SampleFormat } from './sampleFormat.ts';

type ReadSample = (view: DataView, offset: number) => number;

/**
 * Decodes interleaved samples to one Float32Array per channel, full scale -1..1: integers are divided by
 * 2^(bits of the container - 1), G.711 is expanded to 16 bits. An incomplete last frame is dropped.
 */
export function decodeSamples(data: Uint8Array, format: SampleFormat): Float32Array[] {
  const { channelCount, bytesPerSample } = format;
  const blockAlign = channelCount * bytesPerSample;
  const frames = Math.floor(data.length / blockAlign);
  const view = viewOf(data);
  const read = sampleReader(format);
  return Array.from({ length: channelCount }, (_, channel) => {
    const samples = new Float32Array(frames);
    let offset = channel * bytesPerSample;
    for (let frame = 0; frame < frames; frame++, offset += blockAlign) samples[frame] = read(view, offset);
    return samples;
  });
}

/**
 * Encodes channels as interleaved samples: 16 and 24 bits as integers, rounded to nearest and clamped to full scale;
 * 32 bits as float, unclamped. `dither` gives the noise to add before rounding to 16 bits, in units of the last bit.
 *
 * @throws RefoleyError `input` when there is no channel or they differ in length; `internal` when a sample is not a
 * finite number.
 */
export function encodeSamples(
  channels: readonly Float32Array[],
  bits: 16 | 24 | 32,
  dither?: () => number,
): Uint8Array {
  const frames = channels[0]?.length;
  if (frames === undefined || channels.some((channel) => channel.length !== frames)) {
    throw new RefoleyError(
      'input',
      'a WAV needs at least one channel, all of one length; pad the shorter ones',
    );
  }
  if (bits === 32) return encodeFloats(channels, frames);
  const bytesPerSample = bits / 8;
  const blockAlign = channels.length * bytesPerSample;
  const bytes = new Uint8Array(frames * blockAlign);
  const view = viewOf(bytes);
  for (let frame = 0; frame < frames; frame++) {
    for (const [channel, samples] of channels.entries()) {
      const sample = samples[frame] ?? 0;
      if (!Number.isFinite(sample)) throw noNumber(frame, channel, sample);
      const offset = frame * blockAlign + channel * bytesPerSample;
      if (bits === 24) setInt24(view, offset, quantise(sample, 0x80_0000, 0));
      else view.setInt16(offset, quantise(sample, 0x8000, dither?.() ?? 0), true);
    }
  }
  return bytes;
}

function encodeFloats(channels: readonly Float32Array[], frames: number): Uint8Array {
  const samples = new Float32Array(frames * channels.length);
  interleave(channels, 0, frames, samples);
  return new Uint8Array(samples.buffer);
}

/**
 * Frames `from` (included) to `to` (not) as they stand in a file of 32-bit float: no platform of Node and Electron is
 * big-endian.
 *
 * @param into where they are put, from its beginning
 * @throws RefoleyError `internal` when a sample is not a finite number
 */
export function interleave(
  channels: readonly Float32Array[],
  from: number,
  to: number,
  into: Float32Array,
): void {
  const count = channels.length;
  for (const [index, channel] of channels.entries()) {
    for (let frame = from, at = index; frame < to; frame++, at += count) {
      const sample = channel[frame]!;
      // What is subtracted from itself is 0, unless it is infinite or no number.
      if (sample - sample !== 0) throw noNumber(frame, index, sample);
      into[at] = sample;
    }
  }
}

function noNumber(frame: number, channel: number, sample: number): RefoleyError {
  return new RefoleyError(
    'internal',
    `sample ${frame} of channel ${channel + 1} is ${sample}; make the take again`,
  );
}

function sampleReader({ format, bytesPerSample, byteOrder, signedBytes }: SampleFormat): ReadSample {
  const little = byteOrder !== 'big';
  if (format === 'alaw') return (view, offset) => A_LAW[view.getUint8(offset)]!;
  if (format === 'mulaw') return (view, offset) => MU_LAW[view.getUint8(offset)]!;
  if (format === 'float') {
    if (bytesPerSample === 8) return (view, offset) => view.getFloat64(offset, little);
    return (view, offset) => view.getFloat32(offset, little);
  }
  if (bytesPerSample === 1 && signedBytes) return (view, offset) => view.getInt8(offset) / 0x80;
  if (bytesPerSample === 1) return (view, offset) => (view.getUint8(offset) - 0x80) / 0x80;
  if (bytesPerSample === 2) return (view, offset) => view.getInt16(offset, little) / 0x8000;
  if (bytesPerSample === 3) return (view, offset) => getInt24(view, offset, little) / 0x80_0000;
  return (view, offset) => view.getInt32(offset, little) / 0x8000_0000;
}

function quantise(sample: number, fullScale: number, noise: number): number {
  return Math.min(fullScale - 1, Math.max(-fullScale, Math.round(sample * fullScale + noise)));
}

function getInt24(view: DataView, offset: number, little: boolean): number {
  return little
    ? (view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)
    : (view.getInt8(offset) << 16) | view.getUint16(offset + 1);
}

function setInt24(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, value & 0xffff, true);
  view.setInt8(offset + 2, value >> 16);
}
