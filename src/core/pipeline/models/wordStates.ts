import type { Branch } from '../../diffusion/guidance.ts';
import type { PartName } from '../../pack/manifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { FloatTensor, GraphRunner, LongTensor } from '../parts.ts';
import { float32, int64, join, outputOf } from '../tensors.ts';

/** T5's states of a prompt and of what to keep away from. */
export interface WordStates {
  /** Tokens of each. */
  readonly length: number;
  /** float [2, length, dimension] */
  readonly states: FloatTensor;
  /** int64 [2, length] */
  readonly mask: LongTensor;
  /** Whether the prompt was too long and lost its end. */
  readonly truncated: boolean;
}

/** The second text is as long as the first one: models were taught so, and AudioLDM 2's language model counts places. */
export async function encodeWords(
  prompt: string,
  negative: string,
  part: PartName,
  { tokens, dimension }: { readonly tokens: number; readonly dimension: number },
  tokenizer: TextTokenizer,
  run: GraphRunner,
): Promise<WordStates> {
  const whole = tokenizer.encode(prompt, tokens);
  const length = Math.max(1, whole.attentionMask.lastIndexOf(1) + 1);
  const texts = [prompt, negative].map((text) => tokenizer.encode(text, length));
  const dims = [texts.length, length];
  const mask = int64(
    dims,
    texts.flatMap(({ attentionMask }) => attentionMask),
  );
  const outputs = await run(part, {
    input_ids: int64(
      dims,
      texts.flatMap(({ ids }) => ids),
    ),
    attention_mask: mask,
  });
  const states = outputOf(outputs, part, 'states', [...dims, dimension]);
  return { length, states: float32([...dims, dimension], states), mask, truncated: whole.truncated };
}

/** What each branch of the guidance is shown of them. */
export function wordsOf(branches: readonly Branch[], { length, states, mask }: WordStates) {
  const [, , dimension = 0] = states.dims;
  const rowOf = branches.map(({ text }) => (text ? 0 : 1));
  const row = (size: number, at: number) => [at * size, (at + 1) * size] as const;
  return {
    text_states: float32(
      [branches.length, length, dimension],
      join(rowOf.map((at) => states.data.subarray(...row(length * dimension, at)))),
    ),
    text_mask: int64(
      [branches.length, length],
      rowOf.flatMap((at) => Array.from(mask.data.subarray(...row(length, at)), Number)),
    ),
  };
}
