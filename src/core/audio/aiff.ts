import { RefoleyError } from '#core/errors.ts';
import { fourCc, readChunk, viewOf, walkChunks } from './riff.ts';
import type { ByteSource, RiffChunk } from './riff.ts';
import type { SampleFormat } from './sampleFormat.ts';

/** Where the samples of an AIFF lie and how they are stored. */
export interface AiffLayout {
  readonly format: SampleFormat;
  /** Bytes from the beginning of the file, as many as it holds. */
  readonly data: { readonly offset: number; readonly size: number };
  /** Frames that the header promises; a truncated file holds fewer. */
  readonly declaredFrames: number;
  readonly chunks: readonly RiffChunk[];
}

type Coding = Pick<SampleFormat, 'format' | 'byteOrder' | 'signedBytes'>;

const BIG_ENDIAN: Coding = { format: 'pcm', byteOrder: 'big', signedBytes: true };
/** AIFF-C compression types that are none, and those of ITU-T G.711. */
const CODINGS: Readonly<Record<string, Coding>> = {
  NONE: BIG_ENDIAN,
  twos: BIG_ENDIAN,
  in24: BIG_ENDIAN,
  in32: BIG_ENDIAN,
  sowt: { format: 'pcm', signedBytes: true },
  'raw ': { format: 'pcm', byteOrder: 'big' },
  fl32: { format: 'float', byteOrder: 'big' },
  FL32: { format: 'float', byteOrder: 'big' },
  fl64: { format: 'float', byteOrder: 'big' },
  FL64: { format: 'float', byteOrder: 'big' },
  alaw: { format: 'alaw' },
  ALAW: { format: 'alaw' },
  ulaw: { format: 'mulaw' },
  ULAW: { format: 'mulaw' },
};
/** Bits a sample where the type says it: writers of ulaw put the 16 bits it expands to into `COMM`. */
const TYPE_BITS: Readonly<Record<string, number>> = {
  ...{ fl32: 32, FL32: 32, fl64: 64, FL64: 64 },
  ...{ alaw: 8, ALAW: 8, ulaw: 8, ULAW: 8 },
};
/** A `COMM` chunk holds 22 bytes and the name of its compression, a Pascal string. */
const COMM_BYTES = 22 + 256;

/**
 * Reads the header of an AIFF or an uncompressed AIFF-C ("Audio Interchange File Format", Apple 1989; AIFF-C, Apple
 * 1991, with the `sowt`, `fl32` and `fl64` codings that came later).
 *
 * @throws RefoleyError `corrupt` when the header is damaged; `input` when the samples are compressed or of a width that
 *   no tool writes
 */
export function readAiff(source: ByteSource): AiffLayout {
  const header = viewOf(source.read(0, 12));
  const form = fourCc(header, 8);
  if (fourCc(header, 0) !== 'FORM' || !['AIFF', 'AIFC'].includes(form)) {
    throw new RefoleyError('corrupt', 'this is not an AIFF file (no FORM header); export it again');
  }
  const chunks = [...walkChunks(source, 12, ({ size }) => size, 'big')];
  const comm = chunks.find(({ id }) => id === 'COMM');
  if (!comm) throw damaged('it does not describe its samples');
  const { format, frames } = readCommon(readChunk(source, comm, COMM_BYTES), form === 'AIFC');

  const ssnd = chunks.find(({ id }) => id === 'SSND');
  if (!ssnd) throw damaged('it has no samples');
  // The samples begin `skipped` bytes after a header of eight.
  const skipped = viewOf(source.read(ssnd.offset, 4));
  const offset = ssnd.offset + 8 + (skipped.byteLength === 4 ? skipped.getUint32(0) : 0);
  const stored = Math.max(0, Math.min(ssnd.offset + ssnd.size, source.size) - offset);
  const frameBytes = format.channelCount * format.bytesPerSample;
  // A recorder that was cut off left its count at 0.
  const declaredFrames = frames === 0 ? Math.floor(stored / frameBytes) : frames;
  const size = Math.min(declaredFrames * frameBytes, stored);
  return { format, data: { offset, size }, declaredFrames, chunks };
}

/** A `COMM` chunk. */
function readCommon(comm: Uint8Array, isAifc: boolean): { format: SampleFormat; frames: number } {
  if (comm.length < (isAifc ? 22 : 18)) throw damaged('the "COMM" chunk is too short');
  const view = viewOf(comm);
  const channelCount = view.getUint16(0);
  const frames = view.getUint32(2);
  const type = isAifc ? fourCc(view, 18) : 'NONE';
  const bits = TYPE_BITS[type] ?? view.getUint16(6);
  const sampleRate = Math.round(readExtended(view, 8));

  const coding = CODINGS[type];
  if (!coding) {
    throw new RefoleyError('input', `this AIFF is compressed (${type}); convert it to AIFF, WAV or FLAC`);
  }
  if (channelCount === 0) throw damaged('it declares no channels');
  if (!(sampleRate >= 1 && sampleRate <= 0xffff_ffff)) throw damaged(`its sample rate is ${sampleRate} Hz`);
  const bytesPerSample = Math.ceil(bits / 8);
  if (bytesPerSample < 1 || bytesPerSample > (coding.format === 'float' ? 8 : 4)) {
    throw new RefoleyError('input', `samples of ${bits} bits are not supported; convert to 24-bit WAV`);
  }
  return { format: { ...coding, sampleRate, channelCount, bits, bytesPerSample }, frames };
}

/** An 80-bit IEEE 754 extended number: sign and exponent in 16 bits, then 64 bits with the leading one written out. */
function readExtended(view: DataView, offset: number): number {
  const head = view.getUint16(offset);
  const mantissa = Number(view.getBigUint64(offset + 2));
  const magnitude = mantissa * 2 ** ((head & 0x7fff) - 16_383 - 63);
  return head & 0x8000 ? -magnitude : magnitude;
}

function damaged(what: string): RefoleyError {
  return new RefoleyError('corrupt', `this AIFF has a damaged header (${what}); export it again`);
}
