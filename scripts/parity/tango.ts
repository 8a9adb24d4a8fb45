import type { ParityFamily } from './checkpoint.ts';
import { compareDenoising } from './denoising.ts';

export const tango: ParityFamily = {
  module: 'templates.tango_checkpoint',
  sizes: [''],
  compare: (checkpoint) => compareDenoising(checkpoint, 'states', ['text_states', 'text_mask']),
};
