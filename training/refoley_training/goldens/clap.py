"""Goldens of CLAP's front end, for src/core/dsp/clapMel.test.ts. What it takes of a sound at random is the middle here."""

from pathlib import Path
from unittest import mock

import numpy as np
from transformers import ClapFeatureExtractor

from refoley_training.goldens import encoding
from refoley_training.goldens.dsp import probe_signal

RATE = 48000
# As laion/clap-htsat-unfused is published; the fused one differs in its truncation.
FORMAT = {
    "feature_size": 64, "sampling_rate": RATE, "hop_length": 480, "fft_window_size": 1024, "frequency_min": 50, "frequency_max": 14000,
}  # fmt: skip
CASES = {
    "short": (0.4, False), "three seconds": (3.1, False), "ten seconds": (10, False), "long": (11.3, False),
    "short, fused": (0.4, True), "three seconds, fused": (3.1, True), "a little longer, fused": (10.005, True), "long, fused": (17.3, True),
}  # fmt: skip


def views_of(seconds: float, fused: bool) -> np.ndarray:
    """[views, frames, bins] of the probe signal."""
    extract = ClapFeatureExtractor(**FORMAT, truncation="fusion" if fused else "rand_trunc")
    middle_place = mock.patch("numpy.random.randint", lambda low, high: (low + high - 1) // 2)
    middle_part = mock.patch("numpy.random.choice", lambda places: places[len(places) // 2])
    with middle_place, middle_part:
        return extract(probe_signal(RATE, seconds), sampling_rate=RATE, return_tensors="np")["input_features"][0]


def mel(seconds: float, fused: bool) -> dict:
    views = views_of(seconds, fused)
    return {"seconds": seconds, "fused": fused, "mel": encoding.rows(views.reshape(-1, views.shape[-1]), 151)}


def write(folder: Path) -> None:
    encoding.save(folder / "clapMel.json", {name: mel(*case) for name, case in CASES.items()})
