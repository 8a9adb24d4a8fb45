import { exactLog } from '../../diffusion/exactMath.ts';
import { uniformNoise } from '../../diffusion/noise.ts';

/**
 * One of the `topK` likeliest tokens, drawn as likely as the softmax of `logits / temperature` says: the largest after Gumbel noise is
 * added (Gumbel, 1954), which needs no exponential and so is the same on every machine. Of equals the first.
 *
 * @param draw which draw of the seed it is: its noise depends on nothing else
 */
export function chooseToken(
  logits: Float32Array,
  { topK, temperature, seed }: { readonly topK: number; readonly temperature: number; readonly seed: number },
  draw: number,
): number {
  const order = Array.from(logits.keys()).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  const likeliest = order.slice(0, topK);
  if (topK === 1) return likeliest[0] ?? 0;
  const noise = uniformNoise(seed, likeliest.length, draw);
  let chosen = 0;
  let highest = -Infinity;
  for (const [rank, token] of likeliest.entries()) {
    const gumbel = -exactLog(-exactLog(noise[rank] ?? 0.5));
    const score = (logits[token] ?? 0) / temperature + gumbel;
    if (score > highest) [chosen, highest] = [token, score];
  }
  return chosen;
}
