"""CLAP: MiniLM for text, frozen, and aiSFX for audio, its last block tuned, with heads into one 512-dimensional space."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training.models import minilm
from refoley_training.models.aisfx import AiSFX

WIDTH = 512


class Head(nn.Module):
    """[B, inputs] -> unit vectors [B, 512]: a linear path, which keeps what the tower knows, plus a small MLP."""

    mean: Tensor

    def __init__(self, inputs: int, hidden: int = 512, dropout: float = 0.2):
        super().__init__()
        self.linear = nn.Linear(inputs, WIDTH)
        self.mlp = nn.Sequential(
            nn.Linear(inputs, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, WIDTH)
        )  # fmt: skip
        self.register_buffer("mean", torch.zeros(inputs))

    def forward(self, features: Tensor) -> Tensor:
        x = F.normalize(features - self.mean, dim=-1) * features.shape[-1] ** 0.5
        return F.normalize(self.linear(x) + self.mlp(x), dim=-1)


class TextHead(nn.Module):
    """token_states [B, L, 384], attention_mask [B, L] -> embedding [B, 512]."""

    def __init__(self) -> None:
        super().__init__()
        self.head = Head(minilm.WIDTH)

    @staticmethod
    def pool(token_states: Tensor, attention_mask: Tensor) -> Tensor:
        weights = attention_mask.unsqueeze(-1)
        return F.normalize((token_states * weights).sum(1) / weights.sum(1).clamp(min=1), dim=-1)

    def forward(self, token_states: Tensor, attention_mask: Tensor) -> Tensor:
        return self.head(self.pool(token_states, attention_mask))


class AudioTower(nn.Module):
    """mel [N, 100, 96], the blocks of one sound -> embedding [1, 512]."""

    def __init__(self, tower: AiSFX, head: Head):
        super().__init__()
        self.tower = tower
        self.head = head

    def forward(self, mel: Tensor) -> Tensor:
        return self.head(self.tower(mel).mean(dim=0, keepdim=True))


class CLAP(nn.Module):
    """Both heads and the temperature: what training learns."""

    def __init__(self) -> None:
        super().__init__()
        self.text = TextHead()
        self.audio = Head(512)
        self.log_scale = nn.Parameter(torch.tensor(2.66))  # 1 / 0.07
