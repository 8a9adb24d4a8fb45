import * as huggingFace from '@huggingface/tokenizers';
import { z } from 'zod';
import { RefoleyError } from '../errors.ts';

/** One text as a fixed number of token ids. `attentionMask` is 1 for a token and 0 for padding. */
export interface EncodedText {
  readonly ids: readonly number[];
  readonly attentionMask: readonly number[];
  /** The text was longer than `length` tokens and its end was dropped. */
  readonly truncated: boolean;
}

export interface TextTokenizer {
  encode(text: string, length: number): EncodedText;
}

/** What we use of it: the types of the package import each other without extensions, which TypeScript cannot follow. */
interface HuggingFaceTokenizer {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly number[] };
  token_to_id(token: string): number | undefined;
}
const Tokenizer = huggingFace.Tokenizer as unknown as new (
  json: object,
  config: object,
) => HuggingFaceTokenizer;

const objectSchema = z.record(z.string(), z.unknown());
const padTokenSchema = z.union([
  z.string(),
  z.object({ content: z.string() }).transform((token) => token.content),
]);

/**
 * Loads a Hugging Face tokenizer.
 * @param tokenizerJson contents of `tokenizer.json`
 * @param tokenizerConfig contents of `tokenizer_config.json`
 * @throws RefoleyError 'corrupt' when they are no tokenizer
 */
export function createTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): TextTokenizer {
  let tokenizer: HuggingFaceTokenizer;
  let padId: number;
  let options: { readonly add_special_tokens: boolean };
  try {
    const config = objectSchema.parse(tokenizerConfig);
    // Gemma's tokenizer.json may put a token before every text where its configuration says that none is to be.
    options = { add_special_tokens: config['add_bos_token'] !== false || config['add_eos_token'] === true };
    tokenizer = new Tokenizer(objectSchema.parse(tokenizerJson), config);
    padId = tokenizer.token_to_id(padTokenSchema.catch('[PAD]').parse(config['pad_token'])) ?? 0;
  } catch (cause) {
    throw new RefoleyError('corrupt', "the pack's tokenizer cannot be read: reinstall the pack", { cause });
  }

  return {
    encode(text, length) {
      const full = tokenizer.encode(text, options).ids;
      const ids = full.length > length ? truncate(full, tokenizer.encode('', options).ids, length) : full;
      const padding = length - ids.length;
      return {
        ids: [...ids, ...Array<number>(padding).fill(padId)],
        attentionMask: [...ids.map(() => 1), ...Array<number>(padding).fill(0)],
        truncated: full.length > length,
      };
    },
  };
}

/** Cuts the text's last tokens but keeps the closing special token, as Hugging Face's `truncation=True` does. */
function truncate(full: readonly number[], specials: readonly number[], length: number): number[] {
  const closing = specials.at(-1);
  const last = full.at(-1);
  if (last === undefined || last !== closing) return full.slice(0, length);
  return [...full.slice(0, length - 1), last];
}
