import { Matrix, SingularValueDecomposition } from 'ml-matrix';

/** Below this a probability counts as this much. */
const FLOOR = 1e-6;

/**
 * Fréchet distance of two sets of embeddings, each taken for a Gaussian (Kilgour et al., 2019, eq. 1). The trace of the
 * root of the product of the covariances is the nuclear norm of the product of the centred data, so that sets smaller
 * than their dimension need no decomposition of singular matrices.
 *
 * @param a, b two or more vectors of one length
 */
export function frechetDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const [first, second] = [centre(a), centre(b)];
  const means = first.mean.reduce((sum, value, i) => sum + (value - (second.mean[i] ?? 0)) ** 2, 0);
  const shared = new SingularValueDecomposition(first.deviations.mmul(second.deviations.transpose()), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  const norm = shared.diagonal.reduce((sum, value) => sum + value, 0);
  return means + energy(first.deviations) + energy(second.deviations) - 2 * norm;
}

/** Mean KL(real || made) over paired class posteriors, in nats. */
export function divergence(real: readonly Float32Array[], made: readonly Float32Array[]): number {
  const pairs = real.map((posterior, i) => kl(posterior, made[i] ?? posterior));
  return mean(pairs);
}

/** exp E KL(p(y|x) || p(y)) (Salimans et al., 2016): 1 when all sound alike, the number of classes at best. */
export function inceptionScore(posteriors: readonly Float32Array[]): number {
  const classes = posteriors[0]?.length ?? 0;
  const marginal = Float32Array.from({ length: classes }, (_, i) =>
    mean(posteriors.map((posterior) => posterior[i] ?? 0)),
  );
  return Math.exp(mean(posteriors.map((posterior) => kl(posterior, marginal))));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function kl(p: Float32Array, q: Float32Array): number {
  return p.reduce((sum, value, i) => {
    const [left, right] = [Math.max(value, FLOOR), Math.max(q[i] ?? 0, FLOOR)];
    return sum + left * Math.log(left / right);
  }, 0);
}

/** Mean, and what each vector differs from it over the root of n - 1: its square is the covariance. */
function centre(vectors: readonly Float32Array[]) {
  const matrix = new Matrix(vectors.map((vector) => Array.from(vector)));
  const average = matrix.mean('column');
  const deviations = matrix.subRowVector(average).div(Math.sqrt(Math.max(1, vectors.length - 1)));
  return { mean: average, deviations };
}

/** Trace of the covariance. */
function energy(deviations: Matrix): number {
  return deviations.norm('frobenius') ** 2;
}
