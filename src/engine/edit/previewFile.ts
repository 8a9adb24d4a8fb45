import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { interleave } from '#core/audio/samples.ts';
import { floatWavHeader } from '#core/audio/wav.ts';
import { clipLength, type Clip } from '#core/edit/clip.ts';
import { fileError } from '../files/fileError.ts';

/** Frames that are put in order and written together. */
const PIECE = 262_144;

/**
 * The file of an edit that the player reads: a WAV of 32-bit float, of its whole length from the beginning, whose samples come as
 * they are rendered. Derived, so it is neither flushed to disk nor written under another name first.
 */
export class PreviewFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #headerBytes: number;
  #written = 0;

  private constructor(path: string, handle: FileHandle, headerBytes: number) {
    this.path = path;
    this.#handle = handle;
    this.#headerBytes = headerBytes;
  }

  /** @throws RefoleyError as `fileError` and `floatWavHeader` */
  static async create(path: string, clip: Clip): Promise<PreviewFile> {
    const [channels, frames] = [clip.channels.length, clipLength(clip)];
    const header = floatWavHeader(clip.rate, channels, frames);
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, 'w');
      await handle.write(header);
      await handle.truncate(header.length + 4 * channels * frames);
      return new PreviewFile(path, handle, header.length);
    } catch (cause) {
      throw fileError(cause, path);
    }
  }

  /** Writes the samples up to here that are not written yet; returns how many are. */
  async write({ channels }: Clip, ready: number): Promise<number> {
    const piece = new Float32Array(Math.min(PIECE, Math.max(0, ready - this.#written)) * channels.length);
    try {
      while (this.#written < ready) {
        const to = Math.min(ready, this.#written + PIECE);
        interleave(channels, this.#written, to, piece);
        const bytes = 4 * channels.length * (to - this.#written);
        const at = this.#headerBytes + 4 * channels.length * this.#written;
        await this.#handle.write(new Uint8Array(piece.buffer, 0, bytes), 0, bytes, at);
        this.#written = to;
      }
      return this.#written;
    } catch (cause) {
      throw fileError(cause, this.path);
    }
  }

  async finish(clip: Clip): Promise<void> {
    await this.write(clip, clipLength(clip));
    await this.#handle.close();
  }

  /** What is half written is of no use. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
