"""Other versions of a sound, as a library would hold them: what teaches the UNet to make variations of a neighbour.

The nearest captions of a training set say little about the very recording that is to be made (the latents of the first
three explain 1 % of the variance of its own), so a model that only ever sees those learns to look away. A library is there
to be followed. The recording itself stays excluded, as in the paper; its versions differ in speed, pitch and tone.
"""

import numpy as np

from refoley_training.train.common import SILENCE

VERSIONS = 2  # of each sound
SPEED = 0.3  # octaves, either way
PITCH = 5.0  # bins of 128
TONE = 0.7  # log units, either way, for a tilt over all bins and for a bump
DELAY = 3.0  # frames of 10 ms


def vary(bank: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Log filter banks [frames, bins] at another speed, pitch, tone and a little late."""
    frames, bins = bank.shape
    times = (np.arange(frames) - rng.uniform(0, DELAY)) * 2 ** rng.uniform(-SPEED, SPEED)
    heights = np.arange(bins) + rng.uniform(-PITCH, PITCH)
    moved = _between(_between(bank.astype("float32"), times).T, heights).T
    across = np.linspace(-1, 1, bins)
    bump = np.exp(-0.5 * ((across - rng.uniform(-1, 1)) / 0.3) ** 2)
    toned = moved + TONE * (rng.uniform(-1, 1) * across + rng.uniform(-1, 1) * bump)
    return np.where(moved > SILENCE + 0.05, toned, SILENCE).clip(min=SILENCE).astype("float32")


def _between(rows: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Rows at fractional places, silence beyond either end."""
    padded = np.pad(rows, ((1, 1), (0, 0)), constant_values=SILENCE)
    place = (at + 1).clip(0, len(padded) - 1)
    low = np.floor(place).astype(int).clip(max=len(padded) - 2)
    share = (place - low)[:, None]
    return padded[low] * (1 - share) + padded[low + 1] * share
