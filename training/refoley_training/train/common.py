"""What every training loop shares: resumable runs, EMA, a log that can be plotted, feature access."""

import copy
import csv
import json
import math
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Iterable

import numpy as np
import torch
from torch import Tensor, nn

from refoley_training import manifest
from refoley_training.audio import HOP, LOG_FLOOR

SILENCE = math.log(LOG_FLOOR)
RUNS = manifest.BUILD / "runs"

# Read when the first kernel is made: a UNet at three lengths has thousands, and each is compiled anew when it falls out.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192")
torch.set_flush_denormal(True)  # denormals in Adam's moments slow CPU steps by an order of magnitude


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast() -> torch.autocast:
    return torch.autocast(device().type, torch.bfloat16)


class Ema:
    """Exponential moving average of a module's parameters, with a warm-up so that early averages follow."""

    def __init__(self, module: nn.Module, decay: float):
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for average, parameter in zip(self.module.parameters(), module.parameters()):
            average.lerp_(parameter, 1 - decay)
        for average, buffer in zip(self.module.buffers(), module.buffers()):
            average.copy_(buffer)


class Run:
    """A folder with `last.pt` (replaced atomically) and `log.csv` (appended). Stopping at any moment loses minutes at most."""

    def __init__(self, name: str, config: Any, state: dict[str, Any], root: Path = RUNS):
        self.folder = root / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config, self.state, self.step = config, state, 0
        self.started = time.monotonic()
        self.checkpoint = self.folder / "last.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, map_location=device(), weights_only=False)
            self.step = saved["step"]
            for key, value in state.items():
                if key in saved:  # a restored pack has no optimiser
                    value.load_state_dict(saved[key])
            print(f"{name}: resuming at step {self.step}", flush=True)

    def save(self) -> None:
        data = {"step": self.step, "config": asdict(self.config)} | {k: v.state_dict() for k, v in self.state.items()}
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save(data, temporary)
        os.replace(temporary, self.checkpoint)

    def log(self, **values: float) -> None:
        path, row = self.folder / "log.csv", {"step": self.step, "seconds": round(time.monotonic() - self.started), **values}
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row.keys())
            if new:
                writer.writeheader()
            writer.writerow(row)
        print(self.folder.name, " ".join(f"{k} {v:.4g}" for k, v in row.items()), flush=True)


def cosine_rate(step: int, total: int, peak: float, warmup: int) -> float:
    """Linear warm-up, then a cosine down to 2 % of the peak."""
    progress = min(1.0, step / max(1, total))
    return peak * min(1.0, (step + 1) / max(1, warmup)) * max(0.02, 0.5 * (1 + math.cos(math.pi * progress)))


def constant_then_decay(step: int, total: int, decay_from: int, peak: float, warmup: int) -> float:
    """Warm-up, a plateau that can be prolonged at will, then a straight line to 1 % of the peak (Hu et al. 2024, WSD)."""
    left = (total - step) / max(1, total - decay_from)
    return peak * min(1.0, (step + 1) / max(1, warmup)) * max(0.01, min(1.0, left))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def has_run(name: str, root: Path = RUNS) -> bool:
    """Has anything of it been trained?"""
    return (root / name / "last.pt").exists()


def has_ended(name: str, root: Path = RUNS) -> bool:
    """Has it been trained for all the steps it was to take?"""
    if not has_run(name, root):
        return False
    saved = torch.load(root / name / "last.pt", map_location="cpu", weights_only=False, mmap=True)
    return saved["step"] >= saved["config"]["steps"]


def load_weights(module: nn.Module, name: str, key: str = "ema", root: Path = RUNS) -> nn.Module:
    """Load a finished (or running) run's averaged weights for use by a later stage."""
    saved = torch.load(root / name / "last.pt", map_location="cpu", weights_only=False)
    module.load_state_dict(saved[key])
    return module.eval().requires_grad_(False)


class Features:
    """The arrays of refoley_training.features, joined with the manifest by id."""

    def __init__(self, folder: Path = manifest.BUILD / "features", sounds: list[manifest.Sound] | None = None):
        self.folder = folder
        by_id = {sound.id: sound for sound in sounds or manifest.read()}
        self.sounds = [by_id[sound_id] for sound_id in json.loads((folder / "ids.json").read_text())]
        self.waves = np.load(folder / "waves.npy", mmap_mode="r")
        self.offsets = np.load(folder / "offsets.npy")
        self.mel_offsets = np.concatenate([[0], np.cumsum(np.diff(self.offsets) // HOP)])

    def __len__(self) -> int:
        return len(self.sounds)

    def array(self, name: str) -> np.ndarray:
        return np.load(self.folder / f"{name}.npy", mmap_mode="r")

    def rows(self, split: str, confidences: str = "ABC") -> np.ndarray:
        keep = [i for i, s in enumerate(self.sounds) if s.split == split and s.confidence in confidences]
        return np.array(keep, dtype=int)

    def chance(self, rows: np.ndarray) -> np.ndarray:
        """How often to draw each of `rows`: a caption with fifty variants must not drown the rare ones."""
        _, caption, counts = np.unique([self.sounds[row].caption for row in rows], return_inverse=True, return_counts=True)
        return counts[caption] ** -0.5 / (counts[caption] ** -0.5).sum()

    def wave(self, row: int) -> np.ndarray:
        return self.waves[self.offsets[row] : self.offsets[row + 1]].astype("float32") / 32767


def mel_window(mels: np.ndarray, offsets: np.ndarray, row: int, frames: int, rng: np.random.Generator) -> np.ndarray:
    """`frames` frames of one sound: whole and padded with silence when short, else from the onset or a random place."""
    start, end = offsets[row], offsets[row + 1]
    spare = end - start - frames
    if spare > 0 and rng.random() < 0.5:
        start += rng.integers(spare + 1)
    window = mels[start : min(end, start + frames)].astype("float32")
    return np.pad(window, ((0, frames - len(window)), (0, 0)), constant_values=SILENCE)


def batch_of(windows: Iterable[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(list(windows))).to(device())
