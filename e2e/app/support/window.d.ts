import type { Bridge } from '#shared/contract.ts';

declare global {
  /** What the preload gives the page. */
  var refoley: Bridge;
}
