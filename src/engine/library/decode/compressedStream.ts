import { RefoleyError } from '#core/errors.ts';
import type { AudioFile } from './audioFile.ts';
import type { AudioFacts } from './audioStream.ts';
import { createWasmDecoder } from './wasmDecoder.ts';
import type { CompressedCoding, DecodedPiece, WasmDecoder } from './wasmDecoder.ts';

/** Bytes read from the file at a time. */
const STRIDE = 256 * 1024;
/** Bytes decoded at a time: few, because 16 bytes of a silent FLAC may unfold to 65,535 samples. */
const PIECE = 4096;
/**
 * Zeros after a FLAC file: its parser looks for more than the few bytes of a silent last frame, and left it out. The frame's
 * check sum holds with zeros behind it.
 */
const TAIL = 64;
/** Samples in a typical frame, each of which reports at most one error. */
const FRAME = 1152;

/** A compressed file as its headers have it. */
export type CompressedFacts = AudioFacts & {
  readonly coding: CompressedCoding;
  /** What the samples are multiplied by; 1 unless given. */
  readonly gain?: number;
};

/**
 * Decodes a compressed file from byte `start` on, in pieces of any length. One that breaks off, or cannot be decoded
 * beyond some point, gives what came before, and a note.
 *
 * @throws RefoleyError `corrupt` when nothing in it can be decoded, less than what is damaged, or something else than
 *   its header says; `unavailable` as `AudioFile.read`
 */
export async function* compressedPieces(
  file: AudioFile,
  facts: CompressedFacts,
  start: number,
  note: (text: string) => void,
): AsyncGenerator<Float32Array[], void> {
  const decoder = await createWasmDecoder(facts.coding);
  // The last packet of an Ogg stream holds more than belongs to it. Other counts are less to be trusted.
  const isOgg = facts.coding === 'vorbis' || facts.coding === 'opus';
  const limit = isOgg ? (facts.frames ?? Infinity) : Infinity;
  let total = 0;
  let errors = 0;
  try {
    for await (const piece of decodedPieces(file, facts.coding, decoder, start)) {
      if (piece === undefined) {
        if (total === 0) throw damaged(facts);
        note(`nothing can be decoded beyond ${seconds(total, facts)}`);
        break;
      }
      errors += piece.errors.length;
      if (piece.samplesDecoded === 0) continue;
      const channels = channelsOf(piece, facts);
      if (channels === undefined) {
        if (total === 0) throw contradiction(facts, piece);
        note(`its rate or channels change at ${seconds(total, facts)}; the rest is left out`);
        break;
      }
      const length = Math.min(piece.samplesDecoded, limit - total);
      if (length <= 0) continue;
      total += length;
      yield channels.map((channel) => rescaled(channel.subarray(0, length), facts));
    }
  } finally {
    await decoder.free();
  }
  if (total <= errors * FRAME) throw damaged(facts);
  if (facts.frames !== null && Math.abs(total - facts.frames) > facts.sampleRate) {
    note(`its header says ${seconds(facts.frames, facts)}, there are ${seconds(total, facts)} in it`);
  }
  if (errors > 0) note(`${errors} of its frames are damaged`);
}

/** What the decoder makes of the file; undefined, at last, when it gave up. */
async function* decodedPieces(
  file: AudioFile,
  coding: CompressedCoding,
  decoder: WasmDecoder,
  start: number,
): AsyncGenerator<DecodedPiece | undefined, void> {
  for (let offset = start; offset < file.source.size; offset += STRIDE) {
    const bytes = await file.read(offset, Math.min(STRIDE, file.source.size - offset));
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = await orNothing(() => decoder.decode(bytes.subarray(at, at + PIECE)));
      yield piece;
      if (piece === undefined) return;
    }
  }
  if (coding === 'flac') yield await orNothing(() => decoder.decode(new Uint8Array(TAIL)));
  yield await orNothing(() => decoder.flush());
}

/** The decoders throw on some damage, each in its own way. */
async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** mpg123 always gives two channels; those of a mono file are the same. Nothing when a piece is not as the header says. */
function channelsOf(piece: DecodedPiece, facts: CompressedFacts): Float32Array[] | undefined {
  const given = facts.coding === 'mp3' ? 2 : facts.channels;
  if (piece.sampleRate !== facts.sampleRate || piece.channelData.length !== given) return undefined;
  return piece.channelData.slice(0, facts.channels);
}

/**
 * The decoder of FLAC divides by 2^(bits - 1) - 1. Up to 24 bits that gives back the very integers, and with them what a
 * WAV of the same samples decodes to.
 */
function rescaled(samples: Float32Array, { coding, bits, gain = 1 }: CompressedFacts): Float32Array {
  if (gain !== 1) return samples.map((sample) => sample * gain);
  if (coding !== 'flac' || bits === null) return samples;
  const fullScale = 2 ** (bits - 1);
  const exact = bits <= 24 ? Math.round : (value: number) => value;
  return samples.map((sample) => exact(sample * (fullScale - 1)) / fullScale);
}

function seconds(frames: number, { sampleRate }: CompressedFacts): string {
  return `${(frames / sampleRate).toFixed(1)} s`;
}

function damaged({ coding }: CompressedFacts): RefoleyError {
  return new RefoleyError('corrupt', `this ${coding} file cannot be decoded: copy or export it again`);
}

function contradiction(facts: CompressedFacts, { sampleRate, channelData }: DecodedPiece): RefoleyError {
  const said = `${facts.channels} channels at ${facts.sampleRate} Hz`;
  const is = `${channelData.length} at ${sampleRate} Hz`;
  return new RefoleyError('corrupt', `its header says ${said}, its samples are ${is}: export it again`);
}
