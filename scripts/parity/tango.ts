import type { ParityFamily } from './checkpoint.ts';
import { compareDenoising } from './denoising.ts';

export const tango: ParityFamily = {
  module: 'templates.tango_checkpoint',
  sizes: [''],
  compare: async (checkpoint) => ({
    textEncoder: await checkpoint.errorOf('textEncoder', ['input_ids', 'attention_mask'], 'states'),
    ...(await compareDenoising(checkpoint, ['text_states', 'text_mask'])),
  }),
};
