import { RefoleyError } from '#core/errors.ts';

/**
 * Bytes of a file of known length, read at random, so that the metadata of a recording of gigabytes is found without
 * loading it. `read` gives fewer bytes than asked for at the end of what there is.
 */
export type ByteSource = {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
};

/** A chunk of a RIFF file. */
export type RiffChunk = {
  readonly id: string;
  /** Where the payload begins, in bytes from the beginning of the file. */
  readonly offset: number;
  /** Length of the payload in bytes, as the file declares it; a truncated file holds less. */
  readonly size: number;
};

/** No real file comes near; a corrupt one of many empty chunks would otherwise fill the memory. */
const MAX_CHUNKS = 20_000;
/** Bytes of `ds64` that are looked at: some 80 entries, where writers need one. */
const MAX_DS64 = 1024;
/** The 32-bit size that means "see ds64" in RF64 and "not known when written" in a streamed RIFF. */
const SIZE_ELSEWHERE = 0xffff_ffff;

/** Reads from bytes in memory. `size` is the length of the whole file where the bytes are only its first part. */
export function byteSource(bytes: Uint8Array, size = bytes.length): ByteSource {
  return { size, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/**
 * Lists the chunks of a RIFF, RF64 or BW64 file of form WAVE (EBU Tech 3306, ITU-R BS.2088). Forgives a missing pad
 * byte after an odd chunk, a last chunk that is cut off, rubbish after the last chunk, and a `data` chunk whose size
 * was never filled in because the recorder lost power or wrote to a pipe: that one runs to the end of the file.
 *
 * @throws RefoleyError `corrupt` when the header is not that of a WAVE file or the chunks are absurdly many; `input`
 * for big-endian RIFX.
 */
export function* walkRiff(source: ByteSource): Generator<RiffChunk, void> {
  const header = viewOf(source.read(0, 12));
  const magic = fourCc(header, 0);
  if (magic === 'RIFX') {
    throw new RefoleyError(
      'input',
      'this is a big-endian RIFX file, which is not supported; convert it to WAV',
    );
  }
  if (!['RIFF', 'RF64', 'BW64'].includes(magic) || fourCc(header, 8) !== 'WAVE') {
    throw new RefoleyError(
      'corrupt',
      'this is not a WAV file (no RIFF or RF64 header); export it again as WAV',
    );
  }
  const riffSize = header.getUint32(4, true);
  const unfinished = riffSize === 0 || riffSize === SIZE_ELSEWHERE;
  let longSizes: ReadonlyMap<string, number> = new Map();

  yield* walkChunks(source, 12, (chunk) => {
    if (chunk.id === 'ds64' && magic !== 'RIFF') longSizes = readDs64(source, chunk);
    const long = longSizes.get(chunk.id);
    if (chunk.size === SIZE_ELSEWHERE && long) return long;
    const unknown = chunk.size === SIZE_ELSEWHERE || (chunk.size === 0 && unfinished);
    return chunk.id === 'data' && unknown ? Math.max(0, source.size - chunk.offset) : chunk.size;
  });
}

/**
 * Lists the chunks from `start` to the end of the source: the body of a RIFF, LIST or (big-endian) FORM.
 * `sizeOf` may correct a declared size before the walk goes on behind it.
 *
 * @throws RefoleyError `corrupt` when the chunks are absurdly many.
 */
export function* walkChunks(
  source: ByteSource,
  start: number,
  sizeOf: (chunk: RiffChunk) => number = (chunk) => chunk.size,
  byteOrder: 'little' | 'big' = 'little',
): Generator<RiffChunk, void> {
  const little = byteOrder === 'little';
  let position = start;
  for (let count = 0; ; count++) {
    const header = viewOf(source.read(position, 8));
    const id = fourCc(header, 0);
    if (header.byteLength < 8 || !isPrintable(id)) return;
    if (count === MAX_CHUNKS) {
      throw new RefoleyError('corrupt', `more than ${MAX_CHUNKS} chunks in this file; export it again`);
    }
    const declared = { id, offset: position + 8, size: header.getUint32(4, little) };
    const chunk = { ...declared, size: sizeOf(declared) };
    yield chunk;
    position = nextChunk(source, chunk.offset + chunk.size, chunk.size % 2 === 1, little);
  }
}

/**
 * Reads a chunk's payload, or what a truncated file still holds of it; no more than `most` bytes, for a chunk whose
 * declared size may be a lie.
 */
export function readChunk(source: ByteSource, chunk: RiffChunk, most = Infinity): Uint8Array {
  return source.read(chunk.offset, Math.max(0, Math.min(chunk.size, source.size - chunk.offset, most)));
}

/** A view of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Four characters at an offset; empty where the bytes end before. */
export function fourCc(view: DataView, offset: number): string {
  if (view.byteLength < offset + 4) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

/** The 64-bit sizes of RF64: that of `data`, and those in the table. */
function readDs64(source: ByteSource, chunk: RiffChunk): Map<string, number> {
  const view = viewOf(readChunk(source, chunk, MAX_DS64));
  const sizes = new Map<string, number>();
  if (view.byteLength < 28) return sizes;
  sizes.set('data', Number(view.getBigUint64(8, true)));
  for (let entry = 28; entry + 12 <= view.byteLength; entry += 12) {
    sizes.set(fourCc(view, entry), Number(view.getBigUint64(entry + 4, true)));
  }
  return sizes;
}

/** Chunks are padded to an even length, except by the writers that forget to. */
function nextChunk(source: ByteSource, end: number, odd: boolean, little: boolean): number {
  if (!odd) return end;
  return !beginsChunk(source, end + 1, little) && beginsChunk(source, end, little) ? end : end + 1;
}

function beginsChunk(source: ByteSource, position: number, little: boolean): boolean {
  const header = viewOf(source.read(position, 8));
  return (
    header.byteLength === 8 &&
    isPrintable(fourCc(header, 0)) &&
    position + 8 + header.getUint32(4, little) <= source.size
  );
}

function isPrintable(id: string): boolean {
  return /^[\x20-\x7e]{4}$/.test(id);
}
