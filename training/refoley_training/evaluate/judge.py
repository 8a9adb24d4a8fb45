"""The ears that judge takes: aiSFX's published embedding and classifier heads, which the generator was never trained on.

CLAP's score comes from the pack's own CLAP, whose audio tower is aiSFX with its last block and a head trained here: it is
no independent witness, the rest is.
"""

from dataclasses import dataclass

import numpy as np
import torch

from refoley_training import audio
from refoley_training.evaluate.metrics import softmax
from refoley_training.models import aisfx
from refoley_training.models.clap import CLAP
from refoley_training.train.clap_tower import load_tower
from refoley_training.train.common import RUNS, autocast, device, load_weights


@dataclass
class Heard:
    embedding: np.ndarray  # [n, 512], aiSFX
    clap: np.ndarray  # [n, 512], unit length
    posteriors: list[np.ndarray]  # of each head, [n, classes]


class Judge:
    def __init__(self, root=RUNS) -> None:
        self.tower = aisfx.load().to(device(), memory_format=torch.channels_last)
        self.heads = [head.to(device()) for head in aisfx.load_heads()]
        self.clap = load_weights(CLAP(), "clap", root=root).to(device())
        self.ears = load_tower(root).to(device())

    @torch.no_grad()
    def hear(self, waves: np.ndarray, chunk: int = 32) -> Heard:
        """16 kHz waves [n, samples]; trailing silence is cut, as it is from real sounds."""
        blocks = [self._blocks(wave) for wave in waves]
        owner = np.repeat(np.arange(len(blocks)), [len(b) for b in blocks])
        flat = torch.cat(blocks)
        published, ours = [], []
        for start in range(0, len(flat), chunk):
            with autocast():
                maps = self.tower.maps(flat[start : start + chunk].to(device()))
                published.append(self.tower.summary(maps).float())
                ours.append(self.ears.tower.summary(maps).float())

        def whole(parts: list[torch.Tensor]) -> torch.Tensor:
            each = torch.cat(parts)
            return torch.stack([each[torch.from_numpy(owner == i)].mean(0) for i in range(len(blocks))])

        embedding = whole(published)
        posteriors = [softmax(head(embedding).cpu().numpy()) for head in self.heads]
        return Heard(embedding.cpu().numpy(), self.ears.head(whole(ours)).cpu().numpy(), posteriors)

    @staticmethod
    def _blocks(wave: np.ndarray) -> torch.Tensor:
        wave = audio.condition(wave, audio.SAMPLE_RATE)
        loud = np.flatnonzero(np.abs(wave) > 1e-3)
        wave = wave[: int(loud[-1]) + 1] if len(loud) else wave
        return audio.tower_mel(audio.resample(wave, audio.SAMPLE_RATE, audio.TOWER_RATE))
