"""The arrays of refoley_training.realdm.prepare, as batches."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from refoley_training.models import audiomae_vit
from refoley_training.models.unet import MASKED
from refoley_training.realdm import audiocaps
from refoley_training.realdm.config import TOKENS
from refoley_training.train.common import device
from refoley_training.train.unet import Conditioning


class Data:
    """Clips by their row; neighbours by theirs, which are rows of the training split."""

    def __init__(self, folder: Path):
        self.clips = [audiocaps.Clip(**clip) for clip in json.loads((folder / "clips.json").read_text())]
        self.latents, self.audio_tokens, self.text_tokens, self.prompts, self.neighbours = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("latents", "audio_tokens", "text_tokens", "prompts", "neighbours")
        )
        self.text_lengths, self.offsets = np.load(folder / "text_lengths.npy"), np.load(folder / "caption_offsets.npy")

    def rows(self, split: str) -> np.ndarray:
        return np.array([row for row, clip in enumerate(self.clips) if clip.split == split], dtype=int)

    def captions(self, rows: np.ndarray, number: int = 0) -> np.ndarray:
        """The captions' rows: of each clip its first, or another of the five that test clips have."""
        return self.offsets[rows] + np.minimum(number, np.diff(self.offsets)[rows] - 1)

    def latent(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(np.stack([self.latents[row] for row in rows]).astype("float32")).to(device())

    def conditioning(self, captions: np.ndarray, neighbours: np.ndarray) -> Conditioning:
        """captions [B]; neighbours [B, K], -1 where absent."""
        batch, k = neighbours.shape
        present = neighbours.clip(min=0)
        bias = np.zeros((batch, k, TOKENS), "float32")
        beyond = np.arange(TOKENS - audiomae_vit.TOKENS) >= self.text_lengths[present][..., None]
        bias[:, :, audiomae_vit.TOKENS :][beyond] = MASKED
        bias[neighbours < 0] = MASKED
        audio, text = (np.stack([tokens[row] for row in present.ravel()]) for tokens in (self.audio_tokens, self.text_tokens))
        prompts = np.stack([self.prompts[row] for row in captions])
        arrays = (prompts, np.zeros(batch), audio.reshape(batch, k, *audio.shape[1:]), text.reshape(batch, k, *text.shape[1:]), bias)
        return Conditioning(*(torch.from_numpy(array.astype("float32")).to(device()) for array in arrays))

    def nearest(self, captions: np.ndarray, k: int) -> np.ndarray:
        """[B, k], or one absent neighbour for none."""
        return self.neighbours[captions][:, :k] if k else np.full((len(captions), 1), -1)
