import type { RefoleyManifest } from '../pack/refoleyManifest.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import type { GraphRunner } from './parts.ts';
import { int64, outputOf, rows } from './tensors.ts';

/** Token states of a batch of texts, padded to `length` tokens each. */
export interface TextStates {
  readonly count: number;
  readonly length: number;
  readonly dimension: number;
  /** [count, length, dimension] */
  readonly states: Float32Array;
  /** [count, length]: 1 for a token, 0 for padding. */
  readonly mask: Float32Array;
  /** Per text: it was too long and its end was dropped. */
  readonly truncated: readonly boolean[];
}

/**
 * Tokenises texts and runs the text encoder once over all of them: no further than the longest of them reaches, for
 * padding costs as much as words and changes nothing.
 */
export async function encodeTexts(
  texts: readonly string[],
  run: GraphRunner,
  tokenizer: TextTokenizer,
  { textTokens, textDimension }: RefoleyManifest['conditioning'],
): Promise<TextStates> {
  const count = texts.length;
  const encoded = texts.map((text) => tokenizer.encode(text, textTokens));
  const longest = Math.max(1, ...encoded.map(({ attentionMask }) => attentionMask.lastIndexOf(1) + 1));
  const masks = encoded.map(({ attentionMask }) => attentionMask);
  const dims = [count, longest];
  const outputs = await run('textEncoder', {
    input_ids: int64(
      dims,
      cut(
        encoded.map(({ ids }) => ids),
        longest,
      ),
    ),
    attention_mask: int64(dims, cut(masks, longest)),
    token_type_ids: int64(dims, Array<number>(count * longest).fill(0)),
  });
  const short = outputOf(outputs, 'textEncoder', 'last_hidden_state', [count, longest, textDimension]);

  const states = new Float32Array(count * textTokens * textDimension);
  rows(short, count).forEach((row, text) => states.set(row, text * textTokens * textDimension));
  return {
    count,
    length: textTokens,
    dimension: textDimension,
    states,
    mask: Float32Array.from(masks.flat()),
    truncated: encoded.map((text) => text.truncated),
  };
}

function cut(texts: readonly (readonly number[])[], length: number): number[] {
  return texts.flatMap((row) => row.slice(0, length));
}

/** CLAP text embeddings of encoded texts, each of unit length. */
export async function embedTexts(
  texts: TextStates,
  run: GraphRunner,
  dimension: number,
): Promise<Float32Array[]> {
  const { count, length } = texts;
  const outputs = await run('clapText', {
    token_states: { type: 'float32', dims: [count, length, texts.dimension], data: texts.states },
    attention_mask: { type: 'float32', dims: [count, length], data: texts.mask },
  });
  return rows(outputOf(outputs, 'clapText', 'embedding', [count, dimension]), count).map((row) =>
    row.slice(),
  );
}
