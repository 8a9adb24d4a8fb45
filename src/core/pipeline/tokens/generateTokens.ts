import { RefoleyError } from '../../errors.ts';
import { chooseToken } from './chooseToken.ts';

export interface TokenSettings {
  /** Of the codec; 50 a second in AudioGen. */
  readonly frames: number;
  readonly codebooks: number;
  /** Tokens of a codebook; the one after the last is padding. */
  readonly vocabulary: number;
  /** How far from what is made without words; 1 is none. */
  readonly guidance: number;
  /** Among how many of the likeliest to draw; 1 draws none. */
  readonly topK: number;
  readonly temperature: number;
  readonly seed: number;
  /** Which of the seed's candidates it is: each has draws of its own. */
  readonly candidate: number;
}

/** What a decoder makes of the newest column: each branch's logits [codebooks, vocabulary], and what it is to be told of this step later. */
export interface TokenStep {
  readonly logits: readonly Float32Array[];
  readonly present: Float32Array;
}

/**
 * One run of the decoder: with words first, then (with guidance) without.
 *
 * @param column the newest token of each codebook
 * @param past what `present` was in all steps before, one after another
 */
export type TokenDecoder = (
  column: readonly number[],
  past: Float32Array,
  steps: number,
) => Promise<TokenStep>;

interface Watch {
  readonly progress?: (done: number, of: number) => void;
  /** An AbortSignal, looked at before every step. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/**
 * Codes of a sound, token by token, each codebook a step behind the one before it (the delay pattern of MusicGen: Copet et al.,
 * 2023), with classifier-free guidance on logits and top-k sampling, as AudioGen is published.
 *
 * @returns of each codebook its `frames` codes
 * @throws RefoleyError 'cancelled' within one step of an abort
 */
export async function generateTokens(
  settings: TokenSettings,
  decode: TokenDecoder,
  { progress = () => undefined, signal }: Watch = {},
): Promise<number[][]> {
  const { frames, codebooks, vocabulary } = settings;
  const codes = Array.from({ length: codebooks }, (): number[] => []);
  const steps = frames + codebooks - 1;
  let column = Array<number>(codebooks).fill(vocabulary);
  let past = new Float32Array();
  for (let step = 0; step < steps; step++) {
    if (signal?.aborted)
      throw new RefoleyError('cancelled', 'stopped before the take was finished; nothing was written');
    progress(step, steps);
    const { logits, present } = await decode(column, past.subarray(0, step * (past.length / steps)), step);
    // All of the past at once, now that a step's size is known.
    if (step === 0) past = new Float32Array(present.length * steps);
    past.set(present, step * present.length);
    const guided = guide(logits, settings.guidance);
    column = codes.map((made, book) => {
      if (step < book || made.length === frames) return vocabulary;
      const own = guided.subarray(book * vocabulary, (book + 1) * vocabulary);
      const token = chooseToken(own, settings, (settings.candidate * steps + step) * codebooks + book);
      made.push(token);
      return token;
    });
  }
  return codes;
}

function guide([told, untold]: readonly Float32Array[], guidance: number): Float32Array {
  if (told === undefined) throw new RefoleyError('internal', 'the token decoder gave no logits');
  return untold ? told.map((value, i) => (untold[i] ?? 0) + guidance * (value - (untold[i] ?? 0))) : told;
}
