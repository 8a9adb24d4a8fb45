import { RefoleyError } from '../errors.ts';
import { cosine } from '../retrieval/cosine.ts';
import { createEars, heardPart, type LoadedEars } from './ears.ts';
import type { NeighbourSound } from './encodeNeighbours.ts';

/**
 * The candidate that is nearest to the prompt and to the neighbours by CLAP: by its cosine with the prompt plus the
 * weighted mean of its cosines with them. The prompt alone would choose what fits the words and no sound of the library
 * (docs/adr/0012 has the figures).
 *
 * @param candidates `waveform` mono at `sampleRate`; a silent one is chosen only when all are
 * @param neighbours whose sound counts; may be none
 * @param loaded what the library was heard with
 */
export async function chooseCandidate<Candidate extends { readonly waveform: Float32Array }>(
  candidates: readonly Candidate[],
  sampleRate: number,
  prompt: string,
  neighbours: readonly NeighbourSound[],
  loaded: LoadedEars,
): Promise<Candidate> {
  let [best] = candidates;
  if (!best) throw new RefoleyError('internal', 'there is no take to choose from: report it as a fault');
  if (candidates.length === 1) return best;

  const ears = createEars(loaded);
  const [aim = new Float32Array()] = await ears.embedTexts([prompt]);
  const known = neighbours.flatMap(({ embedding, weight }) => (embedding ? [{ embedding, weight }] : []));
  const weights = known.reduce((sum, { weight }) => sum + weight, 0);
  for (const { embedding, weight } of known)
    for (let i = 0; i < aim.length; i++) aim[i]! += (weight / weights) * embedding[i]!;

  let bestFit = -Infinity;
  for (const candidate of candidates) {
    const heard = heardPart(candidate.waveform, sampleRate, loaded.manifest);
    if (heard.length === 0 || !heard.every(Number.isFinite)) continue;
    const fit = cosine(aim, await ears.embedSound(heard, sampleRate));
    if (fit > bestFit) [best, bestFit] = [candidate, fit];
  }
  return best;
}
