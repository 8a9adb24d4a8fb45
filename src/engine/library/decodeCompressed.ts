import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { MPEGDecoder } from 'mpg123-decoder';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import { RefoleyError } from '#core/errors.ts';
import { framesOf } from './decodedAudio.ts';
import type { DecodedAudio, Region } from './decodedAudio.ts';
import type { AudioCoding } from './sniff.ts';

/** Samples in a typical frame, each of which reports at most one error. */
const FRAME = 1152;

export type CompressedCoding = Exclude<AudioCoding, 'wav' | 'aiff'>;

interface Decoded {
  readonly channelData: Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly bitDepth?: number;
  readonly errors: readonly unknown[];
}

interface Decoder {
  readonly ready: Promise<void>;
  decodeFile(bytes: Uint8Array): Promise<Decoded>;
  free(): void | Promise<void>;
}

const DECODERS: Record<CompressedCoding, () => Decoder> = {
  flac: () => new FLACDecoder(),
  vorbis: () => new OggVorbisDecoder(),
  opus: () => new OggOpusDecoder(),
  mp3: mp3Decoder,
};

/**
 * Decodes a region of a compressed file. Each file has its own decoder, so that what a damaged one does to the
 * WebAssembly memory ends with it. A file that breaks off gives what came before.
 *
 * @throws RefoleyError `corrupt` when nothing in it can be decoded, or less than what is damaged
 */
export async function decodeCompressed(
  coding: CompressedCoding,
  bytes: Uint8Array,
  region: Region,
  maxSeconds: number,
): Promise<DecodedAudio> {
  const decoded = await decodeAll(coding, bytes);
  const { sampleRate, samplesDecoded } = decoded;
  if (
    decoded.channelData.length === 0 ||
    !(sampleRate > 0) ||
    samplesDecoded <= decoded.errors.length * FRAME
  ) {
    throw damaged(coding);
  }
  const { first, last, seconds } = framesOf(region, samplesDecoded, sampleRate, maxSeconds);
  return {
    sampleRate,
    channels: decoded.channelData.map((channel) => channel.slice(first, last)),
    bits: coding === 'flac' ? (decoded.bitDepth ?? null) : null,
    seconds,
  };
}

async function decodeAll(coding: CompressedCoding, bytes: Uint8Array): Promise<Decoded> {
  try {
    const decoder = DECODERS[coding]();
    await decoder.ready;
    const decoded = await quietly(() => decoder.decodeFile(bytes));
    await decoder.free();
    return decoded;
  } catch (cause) {
    throw damaged(coding, { cause });
  }
}

/* eslint-disable no-console -- the decoders' own use of it is what is kept quiet here */
/** The decoders print every bad frame; they do all their work before they first wait, so nothing else is silenced. */
function quietly<T>(decode: () => T): T {
  const print = console.error;
  console.error = () => undefined;
  try {
    return decode();
  } finally {
    console.error = print;
  }
}
/* eslint-enable no-console */

/** mpg123 always gives two channels; a mono file's are the same. */
function mp3Decoder(): Decoder {
  const decoder = new MPEGDecoder();
  return {
    ready: decoder.ready,
    free: () => {
      decoder.free();
    },
    decodeFile(bytes) {
      const decoded = decoder.decode(bytes);
      const [left, right] = decoded.channelData;
      const mono = left && right?.every((sample, index) => sample === left[index]);
      return Promise.resolve(mono ? { ...decoded, channelData: [left] } : decoded);
    },
  };
}

function damaged(coding: CompressedCoding, options?: ErrorOptions): RefoleyError {
  return new RefoleyError(
    'corrupt',
    `this ${coding} file cannot be decoded: copy or export it again`,
    options,
  );
}
