import { createRequire } from 'node:module';
import { writeFlac } from '#core/audio/flacFile.ts';
import { STREAM_INFO_BYTES } from '#core/audio/flacHeader.ts';
import { byteSource, readChunk, viewOf } from '#core/audio/riff.ts';
import type { Comment } from '#core/audio/vorbisComment.ts';
import { wavLayout } from '#core/audio/wav.ts';
import { RefoleyError } from '#core/errors.ts';
import type { Step } from '#core/step.ts';

type LibFlac = typeof import('libflacjs/dist/libflac.min.wasm.js');

/** As many as the format can tell. */
const MOST_CHANNELS = 8;
/** Of libFLAC: its default, which the `flac` program uses, too. */
const COMPRESSION = 5;
/** Frames that are handed over at once. */
const BLOCK = 65_536;
let loading: Promise<LibFlac> | undefined;

/**
 * Packs a WAV of 16 or 24 bits as FLAC, with its chunks; see `writeFlac`.
 *
 * @param step is told of how far it is; what it throws ends the work
 * @throws RefoleyError `input` for more channels than FLAC can hold; as `writeFlac`
 */
export async function encodeFlac(
  wav: Uint8Array,
  comments: readonly Comment[],
  step: Step,
): Promise<Uint8Array> {
  const source = byteSource(wav);
  const { format, data } = wavLayout(source);
  const { sampleRate, channelCount, bits } = format;
  if (channelCount > MOST_CHANNELS)
    throw new RefoleyError('input', `FLAC holds up to ${MOST_CHANNELS} channels: export it as WAV`);
  const samples = integers(readChunk(source, data), bits);
  const frames = samples.length / channelCount;
  const flac = await (loading ??= loadLibFlac());

  const pieces: Uint8Array[] = [];
  let md5 = '';
  let sizes: readonly [number, number] = [0, 0];
  const encoder = flac.create_libflac_encoder(sampleRate, channelCount, bits, COMPRESSION, frames);
  try {
    const begun = flac.init_encoder_stream(
      encoder,
      (piece) => {
        pieces.push(piece.slice());
      },
      (facts) => {
        md5 = facts?.md5sum ?? '';
        sizes = [facts?.min_framesize ?? 0, facts?.max_framesize ?? 0];
      },
    );
    let good = begun === 0;
    for (let from = 0; from < frames && good; from += BLOCK) {
      const count = Math.min(BLOCK, frames - from);
      const block = samples.subarray(from * channelCount, (from + count) * channelCount);
      good = flac.FLAC__stream_encoder_process_interleaved(encoder, block, count);
      await step(from / frames);
    }
    good &&= flac.FLAC__stream_encoder_finish(encoder);
    if (!good) throw new RefoleyError('internal', 'the FLAC encoder failed: export it as WAV');
  } finally {
    flac.FLAC__stream_encoder_delete(encoder);
  }
  // fLaC, STREAMINFO and the encoder's own comments come first, a piece each.
  const [, streamInfo = new Uint8Array(), , ...rest] = pieces;
  return writeFlac(completed(streamInfo.slice(4, 4 + STREAM_INFO_BYTES), md5, sizes), rest, wav, comments);
}

/** What the encoder knows at the end, and could not go back to write. */
function completed(
  streamInfo: Uint8Array,
  md5: string,
  [least, most]: readonly [number, number],
): Uint8Array {
  const view = viewOf(streamInfo);
  view.setUint32(4, (least << 8) | (most >>> 16));
  view.setUint16(8, most & 0xffff);
  streamInfo.set(Buffer.from(md5, 'hex'), 18);
  return streamInfo;
}

function integers(data: Uint8Array, bits: number): Int32Array<ArrayBuffer> {
  const view = viewOf(data);
  const made = new Int32Array((8 * data.length) / bits);
  for (let n = 0; n < made.length; n++)
    made[n] =
      bits === 16
        ? view.getInt16(2 * n, true)
        : (view.getInt8(3 * n + 2) << 16) | view.getUint16(3 * n, true);
  return made;
}

/**
 * libFLAC as WebAssembly. Its loader takes a machine with `fetch` for a browser and asks that for a path on the disk; it looks for it once,
 * while it is loaded, and reads the file where there is none.
 */
async function loadLibFlac(): Promise<LibFlac> {
  const { fetch } = globalThis;
  let flac: LibFlac;
  try {
    Reflect.deleteProperty(globalThis, 'fetch');
    flac = createRequire(import.meta.url)('libflacjs/dist/libflac.min.wasm.js') as LibFlac;
  } finally {
    globalThis.fetch = fetch;
  }
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on('ready', () => resolve()));
  return flac;
}
