import type { Bridge } from '#shared/contract.ts';

declare global {
  /** What the preload gives the page. */
  var refoley: Bridge;
  /** How many seconds each sound has that was started, where a spec records it. */
  var sources: number[];
  /** What was given to the sound card, where a spec records it. */
  var pieces: { readonly when: number; readonly heard: readonly number[] }[];
}
