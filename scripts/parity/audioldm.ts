import type { ParityFamily } from './checkpoint.ts';
import { compareDenoising } from './denoising.ts';

export const audioldm: ParityFamily = {
  module: 'templates.checkpoint',
  sizes: ['s', 'm', 'l'],
  compare: async (checkpoint) => ({
    textEncoder: await checkpoint.errorOf('textEncoder', ['input_ids', 'attention_mask'], 'embedding'),
    ...(await compareDenoising(checkpoint, ['text_embedding'])),
  }),
};
