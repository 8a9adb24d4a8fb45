import { describe, expect, it } from 'vitest';
import { createTokenizer } from './tokenizer.ts';

const vocab = { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, rusty: 4, gate: 5, creak: 6, '##s': 7 };
const special = (content: string, id: number) => ({
  id,
  content,
  special: true,
  single_word: false,
  normalized: false,
});
const tokenizerJson = {
  version: '1.0',
  added_tokens: [special('[PAD]', 0), special('[UNK]', 1), special('[CLS]', 2), special('[SEP]', 3)],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    lowercase: true,
    strip_accents: null,
    handle_chinese_chars: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab,
  },
};
const tokenizer = createTokenizer(tokenizerJson, { pad_token: '[PAD]', tokenizer_class: 'BertTokenizer' });

describe('createTokenizer', () => {
  it('pads to the length', () => {
    expect(tokenizer.encode('Rusty gate creaks', 8)).toEqual({
      ids: [2, 4, 5, 6, 7, 3, 0, 0],
      attentionMask: [1, 1, 1, 1, 1, 1, 0, 0],
      truncated: false,
    });
  });

  it('cuts the end of the text and keeps the closing token', () => {
    expect(tokenizer.encode('rusty gate creaks', 4)).toEqual({
      ids: [2, 4, 5, 3],
      attentionMask: [1, 1, 1, 1],
      truncated: true,
    });
  });

  it('knows the empty text and words that it has never seen', () => {
    expect(tokenizer.encode('', 3).ids).toEqual([2, 3, 0]);
    expect(tokenizer.encode('塔 gate', 5).ids).toEqual([2, 1, 5, 3, 0]);
  });

  it('refuses what is no tokenizer', () => {
    const kind = { kind: 'corrupt' };
    expect(() => createTokenizer({}, {})).toThrow(expect.objectContaining(kind));
    expect(() => createTokenizer([], {})).toThrow(expect.objectContaining(kind));
    expect(() => createTokenizer(tokenizerJson, null)).toThrow(expect.objectContaining(kind));
  });
});
