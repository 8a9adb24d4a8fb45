import { RefoleyError } from '../errors.ts';
import type { RefoleyManifest } from '../pack/refoleyManifest.ts';
import { cosine } from '../retrieval/cosine.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { embedSound, heardPart } from './embedSound.ts';
import type { NeighbourSound } from './encodeNeighbours.ts';
import { embedTexts, encodeTexts } from './encodeTexts.ts';
import type { GraphRunner } from './parts.ts';

/** The CLAP towers that the library was heard with. */
export interface Ears {
  readonly manifest: RefoleyManifest;
  readonly tokenizer: TextTokenizer;
  readonly run: GraphRunner;
}

/**
 * The candidate that is nearest to the prompt and to the neighbours by CLAP: by its cosine with the prompt plus the
 * weighted mean of its cosines with them. The prompt alone would choose what fits the words and no sound of the library
 * (docs/adr/0012 has the figures).
 *
 * @param candidates `waveform` mono at `sampleRate`; a silent one is chosen only when all are
 * @param neighbours whose sound counts; may be none
 */
export async function chooseCandidate<Candidate extends { readonly waveform: Float32Array }>(
  candidates: readonly Candidate[],
  sampleRate: number,
  prompt: string,
  neighbours: readonly NeighbourSound[],
  { manifest: { conditioning }, tokenizer, run }: Ears,
): Promise<Candidate> {
  let [best] = candidates;
  if (!best) throw new RefoleyError('internal', 'there is no take to choose from: report it as a fault');
  if (candidates.length === 1) return best;

  const texts = await encodeTexts([prompt], run, tokenizer, conditioning);
  const [aim = new Float32Array()] = await embedTexts(texts, run, conditioning.clapDimension);
  const known = neighbours.flatMap(({ embedding, weight }) => (embedding ? [{ embedding, weight }] : []));
  const weights = known.reduce((sum, { weight }) => sum + weight, 0);
  for (const { embedding, weight } of known)
    for (let i = 0; i < aim.length; i++) aim[i]! += (weight / weights) * embedding[i]!;

  let bestFit = -Infinity;
  for (const candidate of candidates) {
    const heard = heardPart(candidate.waveform, sampleRate);
    if (heard.length === 0 || !heard.every(Number.isFinite)) continue;
    const fit = cosine(aim, await embedSound(heard, sampleRate, run, conditioning.clapDimension));
    if (fit > bestFit) [best, bestFit] = [candidate, fit];
  }
  return best;
}
