"""FAD, KL, IS, CLAP score, retrieval: each as its paper defines it, on numpy arrays."""

import numpy as np


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Frechet distance of two sets of embeddings [n, d], each taken for a Gaussian (Kilgour et al. 2019, eq. 1)."""
    mean = np.square(a.mean(0) - b.mean(0)).sum()
    cov_a, cov_b = (np.cov(x, rowvar=False) for x in (a, b))
    # tr sqrt(A B) = sum of the roots of the eigenvalues of sqrt(A) B sqrt(A), which is symmetric.
    values, vectors = np.linalg.eigh(cov_a)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(root @ cov_b @ root).clip(min=0)).sum()
    return float(mean + np.trace(cov_a) + np.trace(cov_b) - 2 * shared)


def frechet_interval(a: np.ndarray, b: np.ndarray, samples: int = 40, seed: int = 0) -> tuple[float, float]:
    """90 % interval of the Frechet distance over bootstrap samples of both sets (drawn with replacement).

    Resampling repeats points, which shrinks covariances alike in both sets; read the width, not the middle.
    """
    rng = np.random.default_rng(seed)
    draws = [frechet(a[rng.integers(len(a), size=len(a))], b[rng.integers(len(b), size=len(b))]) for _ in range(samples)]
    low, high = np.quantile(draws, (0.05, 0.95))
    shift = frechet(a, b) - float(np.mean(draws))
    return float(low + shift), float(high + shift)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def divergence(real: np.ndarray, made: np.ndarray) -> float:
    """Mean KL(real || made) over paired class posteriors [n, classes]."""
    real, made = real.clip(min=1e-6), made.clip(min=1e-6)
    return float((real * np.log(real / made)).sum(-1).mean())


def inception_score(posteriors: np.ndarray) -> float:
    """exp E KL(p(y|x) || p(y)) (Salimans et al. 2016)."""
    marginal = np.broadcast_to(posteriors.mean(0, keepdims=True), posteriors.shape)
    return float(np.exp(divergence(posteriors, marginal)))


def recall(similarity: np.ndarray, relevant: np.ndarray, k: int) -> float:
    """Share of queries with a relevant item among the first k. similarity, relevant [queries, items]."""
    order = np.argsort(-similarity, axis=1)[:, :k]
    return float(np.take_along_axis(relevant, order, axis=1).any(1).mean())


def mean_average_precision(similarity: np.ndarray, relevant: np.ndarray) -> float:
    """Mean over queries of the average precision at each relevant item; queries without one are left out."""
    order = np.argsort(-similarity, axis=1)
    hits = np.take_along_axis(relevant, order, axis=1)
    hits = hits[hits.any(1)]
    precision = hits.cumsum(1) / np.arange(1, hits.shape[1] + 1)
    return float(((precision * hits).sum(1) / hits.sum(1)).mean())
