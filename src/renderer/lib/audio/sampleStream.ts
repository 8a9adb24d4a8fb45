import { RefoleyError } from '#core/errors.ts';
import { byteSource } from '#core/audio/riff.ts';
import type { SampleFormat } from '#core/audio/sampleFormat.ts';
import { decodeSamples } from '#core/audio/samples.ts';
import { wavLayout } from '#core/audio/wav.ts';

/** Bytes from the beginning in which the header lies. */
const HEADER = 65_536;
/** Frames that are fetched together: two thirds of a second at 48 kHz. */
const BLOCK = 32_768;
/** Blocks that are kept: some 16 MB in stereo. */
const KEPT = 64;

/** The samples of a WAV behind an address, read in ranges where they are wanted. */
export class SampleStream {
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly #url: string;
  readonly #size: number;
  readonly #format: SampleFormat;
  /** Where the samples begin, in bytes. */
  readonly #from: number;
  readonly #blocks = new Map<number, Promise<readonly Float32Array[]>>();
  /** Frames that are there; who reads others waits for them. */
  #ready = 0;
  #more = Promise.withResolvers<undefined>();

  private constructor(url: string, header: Uint8Array, size: number) {
    const { format, data } = wavLayout(byteSource(header, size));
    this.#url = url;
    this.#size = size;
    this.#format = format;
    this.#from = data.offset;
    this.sampleRate = format.sampleRate;
    this.channels = format.channelCount;
    this.frames = Math.floor(
      Math.min(data.size, size - data.offset) / (format.channelCount * format.bytesPerSample),
    );
  }

  /** @throws RefoleyError `not-found` when nothing answers there, and as `readWav` */
  static async open(url: string): Promise<SampleStream> {
    const { bytes, size } = await fetchRange(url, 0, HEADER);
    return new SampleStream(url, bytes, size);
  }

  /** So many frames are there from now on. */
  grow(ready: number): void {
    this.#ready = ready;
    this.#more.resolve(undefined);
    this.#more = Promise.withResolvers();
  }

  /**
   * A stretch of all channels, when it is there; what lies outside of the file is silence.
   *
   * @throws RefoleyError `not-found` when the file is gone, or another one by now
   */
  async read(start: number, end: number): Promise<Float32Array<ArrayBuffer>[]> {
    const channels = Array.from({ length: this.channels }, () => new Float32Array(Math.max(0, end - start)));
    const [first, last] = [Math.max(0, start), Math.min(this.frames, end)];
    if (last <= first) return channels;
    const numbers: number[] = [];
    for (let block = Math.floor(first / BLOCK); block * BLOCK < last; block++) numbers.push(block);
    const blocks = await Promise.all(numbers.map((block) => this.#block(block)));
    blocks.forEach((block, index) => {
      const at = (numbers[index] ?? 0) * BLOCK;
      const [from, to] = [Math.max(first, at), Math.min(last, at + BLOCK)];
      channels.forEach((channel, place) =>
        channel.set(block[place]?.subarray(from - at, to - at) ?? [], from - start),
      );
    });
    return channels;
  }

  #block(block: number): Promise<readonly Float32Array[]> {
    const known = this.#blocks.get(block) ?? this.#load(block);
    this.#blocks.delete(block);
    this.#blocks.set(block, known);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      this.#blocks.delete(oldest);
    }
    return known;
  }

  async #load(block: number): Promise<readonly Float32Array[]> {
    try {
      const align = this.#format.channelCount * this.#format.bytesPerSample;
      const frames = Math.min(BLOCK, this.frames - block * BLOCK);
      while (this.#ready < block * BLOCK + frames) await this.#more.promise;
      const { bytes, size } = await fetchRange(this.#url, this.#from + block * BLOCK * align, frames * align);
      if (size !== this.#size) throw gone();
      return decodeSamples(bytes, this.#format);
    } catch (cause) {
      this.#blocks.delete(block);
      throw cause;
    }
  }
}

async function fetchRange(url: string, start: number, length: number) {
  const response = await fetch(url, { headers: { range: `bytes=${start}-${start + length - 1}` } });
  if (!response.ok) throw gone();
  const bytes = new Uint8Array(await response.arrayBuffer());
  const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return { bytes, size: total === undefined ? bytes.length : Number(total) };
}

function gone(): RefoleyError {
  return new RefoleyError('not-found', 'this rendering of the edit is gone: open the edit again');
}
