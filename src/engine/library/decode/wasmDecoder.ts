import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { MPEGDecoder } from 'mpg123-decoder';
import { OggOpusDecoder } from 'ogg-opus-decoder';
import type { AudioCoding } from '../sniff.ts';

export type CompressedCoding = Exclude<AudioCoding, 'wav' | 'aiff'>;

/** What came out of a piece of a compressed file. */
export interface DecodedPiece {
  readonly channelData: Float32Array[];
  readonly samplesDecoded: number;
  readonly sampleRate: number;
  readonly errors: readonly unknown[];
}

/** A decoder that takes a file in pieces of any size. */
export interface WasmDecoder {
  decode(bytes: Uint8Array): Promise<DecodedPiece>;
  /** What was held back, when the file is at its end. */
  flush(): Promise<DecodedPiece>;
  /** Gives its memory back; what a damaged file did to it does no harm here. */
  free(): Promise<void>;
}

interface Instance {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): DecodedPiece | Promise<DecodedPiece>;
  flush?(): Promise<DecodedPiece>;
  free(): void | Promise<void>;
}

const CONSTRUCTORS: Record<CompressedCoding, () => Instance> = {
  flac: () => new FLACDecoder(),
  vorbis: () => new OggVorbisDecoder(),
  opus: () => new OggOpusDecoder(),
  mp3: () => new MPEGDecoder(),
};
const NOTHING: DecodedPiece = { channelData: [], samplesDecoded: 0, sampleRate: 0, errors: [] };

/**
 * Makes a decoder. Each file gets its own, so that what a damaged one does to the WebAssembly memory ends with it.
 */
export async function createWasmDecoder(coding: CompressedCoding): Promise<WasmDecoder> {
  const decoder = CONSTRUCTORS[coding]();
  await decoder.ready;
  return {
    decode: (bytes) => quietly(async () => decoder.decode(bytes)),
    flush: () => quietly(async () => (decoder.flush ? decoder.flush() : NOTHING)),
    async free() {
      try {
        await decoder.free();
      } catch {
        // A decoder that has trapped can no longer be asked; it is dropped as a whole.
      }
    },
  };
}

/* eslint-disable no-console -- the decoders' own use of it is what is kept quiet here */
let silences = 0;
let print = console.error;

/** The decoders print every bad frame; nothing else in this layer prints, which a lint rule sees to. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (silences++ === 0) {
    print = console.error;
    console.error = () => undefined;
  }
  try {
    return await work();
  } finally {
    if (--silences === 0) console.error = print;
  }
}
/* eslint-enable no-console */
