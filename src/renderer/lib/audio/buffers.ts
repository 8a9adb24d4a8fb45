import { RefoleyError } from '#core/errors.ts';
import type { AudioRef } from '#shared/channels/common.ts';

/** Bytes of decoded sound that are kept: some ten minutes in stereo. */
const KEPT = 256 * 1024 * 1024;

/** Decoded sounds, those used last kept, so that a key is followed by its sound at once. */
export class Buffers {
  readonly #context: BaseAudioContext;
  readonly #known = new Map<AudioRef, Promise<AudioBuffer>>();
  readonly #sizes = new Map<AudioRef, number>();

  constructor(context: BaseAudioContext) {
    this.#context = context;
  }

  /** @throws RefoleyError when the sound is gone or cannot be decoded */
  get(ref: AudioRef): Promise<AudioBuffer> {
    const known = this.#known.get(ref) ?? this.#load(ref);
    this.#known.delete(ref);
    this.#known.set(ref, known);
    return known;
  }

  /** Decodes ahead of the key that may come; a failure is told when it does. */
  prepare(ref: AudioRef): void {
    this.get(ref).catch(() => undefined);
  }

  async #load(ref: AudioRef): Promise<AudioBuffer> {
    try {
      const response = await fetch(`refoley://audio/${ref}`);
      if (!response.ok) throw new RefoleyError('not-found', 'this sound is gone: its file cannot be read');
      const buffer = await this.#context.decodeAudioData(await response.arrayBuffer());
      this.#sizes.set(ref, 4 * buffer.length * buffer.numberOfChannels);
      this.#shrink();
      return buffer;
    } catch (cause) {
      this.#known.delete(ref);
      if (cause instanceof RefoleyError) throw cause;
      throw new RefoleyError(
        'corrupt',
        'this sound cannot be played: its file is damaged or of a format that is not',
        {
          cause,
        },
      );
    }
  }

  #shrink(): void {
    const total = () => [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const oldest of this.#known.keys()) {
      if (total() <= KEPT || this.#sizes.size <= 1) break;
      this.#known.delete(oldest);
      this.#sizes.delete(oldest);
    }
  }
}
