import type { Clip } from './clip.ts';

/** What rendering needs from outside: samples of other sounds, and a library that is no part of core. */
export interface EditTools {
  /**
   * Changes length and pitch apart from each other.
   * @param ratio 2 is twice as long
   * @param onMade told now and then what is made and how many samples of it are
   * @returns round(length * ratio) samples a channel
   */
  stretch(
    channels: readonly Float32Array[],
    rate: number,
    by: { readonly ratio: number; readonly semitones: number },
    onMade?: OnMade,
  ): Promise<Float32Array[]>;
  /** A sound by the name that the list calls it. */
  sound(name: string): Promise<Clip>;
  /** What an operation that takes long tells now and then; it goes on when the promise is kept. */
  readonly partly?: Partly | undefined;
}

/** @param ready samples of `soFar` that are as they will be; those after them are not there yet */
export type Partly = (ready: number, soFar: () => Clip) => Promise<void>;

/** @param made all channels at their final length; samples from `done` on are not there yet */
export type OnMade = (made: readonly Float32Array[], done: number) => Promise<void>;
