"""The metrics against cases whose answer is known."""

import numpy as np
import pytest

from refoley_training.evaluate import metrics
from refoley_training.evaluate.report import table


def test_frechet_of_two_gaussians_has_its_closed_form():
    rng = np.random.default_rng(0)
    a = rng.standard_normal((20_000, 3)) * [1, 2, 3]
    b = rng.standard_normal((20_000, 3)) * [2, 2, 1] + [3, 0, 0]
    assert metrics.frechet(a, b) == pytest.approx(9 + 1 + 0 + 4, rel=0.05)
    assert metrics.frechet(a, a) == pytest.approx(0, abs=1e-6)
    low, high = metrics.frechet_interval(a[:500], b[:500])
    assert low < metrics.frechet(a[:500], b[:500]) < high


def test_divergence_and_inception_score():
    sure, even = np.eye(4), np.full((4, 4), 0.25)
    assert metrics.divergence(sure, sure) == pytest.approx(0, abs=1e-4)
    assert metrics.divergence(sure, even) == pytest.approx(np.log(4), rel=1e-3)
    assert metrics.inception_score(sure) == pytest.approx(4, rel=1e-3)
    assert metrics.inception_score(even) == pytest.approx(1)


def test_recall_and_average_precision():
    similarity = np.array([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]])
    relevant = np.array([[True, False, True], [False, True, False]])
    assert metrics.recall(similarity, relevant, 1) == 0.5
    assert metrics.recall(similarity, relevant, 2) == 1.0
    assert metrics.mean_average_precision(similarity, relevant) == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)


def test_a_table_shows_intervals_and_gaps():
    text = table([{"what": "x", "FAD": 5.0, "FAD low": 4.0, "FAD high": 6.0, "KL": float("nan")}])
    assert text.splitlines()[-1] == "| x | 5.0 (4.0 to 6.0) | - |"
