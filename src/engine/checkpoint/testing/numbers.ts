import type { TextTokenizer } from '#core/text/tokenizer.ts';

/** Takes tokens as their numbers. */
export const numbers: TextTokenizer = {
  encode(text, length) {
    const ids = text.split(' ').map(Number);
    const padding = Array<number>(length - ids.length).fill(0);
    return { ids: [...ids, ...padding], attentionMask: [...ids.map(() => 1), ...padding], truncated: false };
  },
};
