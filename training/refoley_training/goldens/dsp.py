"""Goldens of the audio front ends, for src/core/dsp/*.test.ts."""

from pathlib import Path

import numpy as np
import torch

from refoley_training import audio
from refoley_training.goldens import encoding

SEED = 20231
KALDI_FRAMES = 160  # more than the sound has


def probe_signal(rate: int, seconds: float) -> np.ndarray:
    """Silence, then a chirp with a decaying envelope, noise and a click: `probeSignal` of src/core/dsp/probeSignal.ts."""
    n = np.arange(int(rate * seconds))
    t = n / rate
    chirp = 0.4 * np.exp(-2 * t) * np.sin(2 * np.pi * (110 * t + 0.5 * 2400 * t * t))
    wave = chirp + 0.04 * _noise(len(n))
    wave[len(n) // 2 : len(n) // 2 + 1] += 0.5
    wave[: int(0.05 * rate)] = 0
    return wave.astype("float32")


def _noise(count: int) -> np.ndarray:
    """Uniform in [-1, 1): the linear congruential generator of Numerical Recipes."""
    state, values = SEED, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) & 0xFFFFFFFF
        values.append(state / 2**31 - 1)
    return np.array(values)


def write(folder: Path) -> None:
    wave = probe_signal(audio.SAMPLE_RATE, 1.5)
    conditioned = torch.from_numpy(audio.condition(wave, audio.SAMPLE_RATE))
    encoding.save(
        folder / "mel.json",
        {
            "condition": encoding.rows(conditioned[:, None].numpy(), 97),
            "logMel": encoding.rows(audio.log_mel(conditioned).numpy(), 9),
            "fbank": encoding.rows(audio.fbank(conditioned).numpy(), 16),
            "kaldiFbank": encoding.rows(audio.kaldi_fbank(conditioned, KALDI_FRAMES).numpy(), 16),
        },
    )
    towers = {}
    for name, seconds in {"empty": 0, "short": 0.4, "two": 3.1, "long": 10.5}.items():
        blocks = audio.tower_mel(probe_signal(audio.TOWER_RATE, seconds))
        towers[name] = {"seconds": seconds, "mel": encoding.rows(blocks.reshape(-1, audio.TOWER_MELS).numpy(), 19)}
    encoding.save(folder / "towerMel.json", towers)
