import type { ParityFamily } from './checkpoint.ts';
import { compareDenoising } from './denoising.ts';

export const audioldm: ParityFamily = {
  module: 'templates.checkpoint',
  sizes: ['s', 'm', 'l'],
  compare: (checkpoint) => compareDenoising(checkpoint, 'embedding', ['text_embedding']),
};
