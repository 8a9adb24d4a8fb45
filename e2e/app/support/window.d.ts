import type { Bridge } from '#shared/contract.ts';

declare global {
  /** What the preload gives the page. */
  var refoley: Bridge;
  /** What was given to the sound card, where a spec records it. */
  var pieces: { readonly when: number; readonly heard: readonly number[] }[];
}
