"""Versions of a sound: near it, never it, and nothing where nothing sounds."""

import numpy as np

from refoley_training.train.common import SILENCE
from refoley_training.train.unet import Config, Targets
from refoley_training.variants import vary


def bank() -> np.ndarray:
    """A band at bin 60 that rings for half a second, silence before bin 40 and after the half second."""
    out = np.full((256, 128), SILENCE, "float32")
    out[:50, 40:80] = -4 - 0.01 * np.abs(np.arange(40, 80) - 60)
    return out


def test_a_version_differs_and_keeps_silence_silent():
    original = bank()
    version = vary(original, np.random.default_rng(0))
    assert version.shape == original.shape
    assert np.abs(version - original).max() > 0.1
    assert (version[:, :30] == SILENCE).all() and (version[80:] == SILENCE).all()
    assert version.min() == SILENCE


def test_versions_lie_around_the_sound():
    original, rng = bank(), np.random.default_rng(0)
    lengths = [(vary(original, rng) > SILENCE).any(axis=1).sum() for _ in range(40)]
    assert min(lengths) < 50 < max(lengths)
    assert 50 * 2**-0.3 - 1 <= min(lengths) and max(lengths) <= 50 * 2**0.3 + 2


def test_a_sound_is_led_by_its_versions_never_by_itself():
    targets = Targets.__new__(Targets)
    targets.sources = np.array([[0, -1], [3, 4]])
    targets.neighbours = np.array([[5, 6, 7, 8, 9, 10, 11, 12], [7, 8, 9, 10, 11, 12, 13, 14]])
    targets.likeness = np.zeros((2, 8), "float16")
    rng, size = np.random.default_rng(0), 100
    for row, own in ((0, {0}), (1, {3, 4})):
        picks = np.array([targets.pick(row, 3, size, Config(versions=1.0), rng) for _ in range(50)])
        versions = picks[picks >= size]
        assert set(versions % size) == own and set(versions // size) == {1, 2}
        assert not own & set(picks[picks < size])
        assert ((picks >= size).sum(1) == len(own)).all()
    assert (targets.pick(0, 3, size, Config(versions=0.0), rng) < size).all()
