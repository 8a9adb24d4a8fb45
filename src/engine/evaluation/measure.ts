import { divergence, frechetDistance, inceptionScore, mean } from '#core/evaluation/metrics.ts';
import { cosine } from '#core/retrieval/cosine.ts';
import type { Heard } from './listen.ts';

/** Means over the takes of one row; null where the suite or the ears cannot tell. */
export interface Measures {
  /** Cosine of take and prompt in the pack's CLAP. */
  readonly clap: number;
  /** Mean cosine of a take and its prompt's neighbours, whether it was shown them or not. */
  readonly likenessToNeighbours: number | null;
  /** The same with the nearest of them: how close a take comes to a copy. */
  readonly nearestNeighbour: number | null;
  /** Cosine of a take and the real sound of its caption. */
  readonly likenessToReal: number | null;
  /** Fréchet distance to the real sounds, of the judge's embeddings or else of CLAP's. */
  readonly fad: number | null;
  /** By the judge's classes. */
  readonly kl: number | null;
  readonly is: number | null;
}

export interface Against {
  /** CLAP text embeddings. */
  readonly prompts: readonly Float32Array[];
  readonly neighbours: readonly (readonly Heard[])[];
  /** The sounds that the prompts describe, if there are any. */
  readonly real: readonly Heard[] | undefined;
}

/** @param takes one for each prompt */
export function measure(takes: readonly Heard[], { prompts, neighbours, real }: Against): Measures {
  const claps = takes.map(({ clap }) => clap);
  const near = claps.map((clap, i) => (neighbours[i] ?? []).map((neighbour) => cosine(clap, neighbour.clap)));
  const led = near.filter((likenesses) => likenesses.length > 0);
  const posteriors = byHead(takes);
  const realPosteriors = real && byHead(real);
  return {
    clap: mean(claps.map((clap, i) => cosine(clap, prompts[i] ?? clap))),
    likenessToNeighbours: meanOrNull(led.map(mean)),
    nearestNeighbour: meanOrNull(led.map((likenesses) => Math.max(...likenesses))),
    likenessToReal: real ? mean(claps.map((clap, i) => cosine(clap, real[i]?.clap ?? clap))) : null,
    fad: real && takes.length > 1 ? frechetDistance(real.map(embedding), takes.map(embedding)) : null,
    kl: realPosteriors
      ? meanOrNull(posteriors.map((made, head) => divergence(realPosteriors[head] ?? made, made)))
      : null,
    is: meanOrNull(posteriors.map(inceptionScore)),
  };
}

function embedding({ clap, judged }: Heard): Float32Array {
  return judged?.embedding ?? clap;
}

/** For each of the judge's heads, its posteriors of all sounds. */
function byHead(sounds: readonly Heard[]): Float32Array[][] {
  const heads = sounds[0]?.judged?.posteriors.length ?? 0;
  return Array.from({ length: heads }, (_, head) =>
    sounds.flatMap(({ judged }) => judged?.posteriors[head] ?? []),
  );
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : mean(values);
}
