import type { Clip } from './clip.ts';

/** What rendering needs from outside: samples of other sounds, and a library that is no part of core. */
export interface EditTools {
  /**
   * Changes length and pitch apart from each other.
   * @param ratio 2 is twice as long
   * @returns round(length * ratio) samples a channel
   */
  stretch(
    channels: readonly Float32Array[],
    rate: number,
    by: { readonly ratio: number; readonly semitones: number },
  ): Promise<Float32Array[]>;
  /** A sound by the name that the list calls it. */
  sound(name: string): Promise<Clip>;
}
