"""AudioMAE (Huang et al., NeurIPS 2022), the encoder of its ViT-B: one image of 1024 frames by 128 mel bins, in patches of 16 by 16.

Weights are named as the authors' and timm's are.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from templates.folder import write_folder
from templates.template import Part, Template, Wrapped

FRAMES, BINS, PATCH = 1024, 128, 16


@dataclass(frozen=True)
class Config:
    width: int = 768
    depth: int = 12
    heads: int = 12
    # The states of the blocks after this one are averaged, as AudioLDM 2 takes them.
    contextual_depth: int = 8


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return self.proj(functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(functional.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Patches(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.proj = nn.Conv2d(1, width, PATCH, PATCH)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x).flatten(2).transpose(1, 2)


class AudioMae(nn.Module):
    """Filter banks [batch, 1, 1024, 128], normalised, to a state of each patch [batch, 512, width], eight to a stretch of 16 frames."""

    def __init__(self, config: Config):
        super().__init__()
        self.contextual_depth = config.contextual_depth
        self.patch_embed = Patches(config.width)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + FRAMES * BINS // PATCH**2, config.width))
        self.blocks = nn.ModuleList(Block(config.width, config.heads) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width, eps=1e-6)

    def forward(self, fbank: Tensor) -> Tensor:
        first = self.cls_token.expand(fbank.shape[0], -1, -1)
        x = torch.cat([first, self.patch_embed(fbank)], 1) + self.pos_embed
        late: list[Tensor] = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number > self.contextual_depth:
                late.append(self.norm(x))
        return torch.stack(late).mean(0)[:, 1:]


def pooled(states: Tensor, time: int, frequency: int) -> Tensor:
    """AudioLDM 2's vectors [batch, 512 / (time x frequency), width]: the middle between mean and maximum of neighbouring patches."""
    grid = states.transpose(1, 2).unflatten(2, (FRAMES // PATCH, BINS // PATCH))
    size = (time, frequency)
    return ((functional.avg_pool2d(grid, size) + functional.max_pool2d(grid, size)) / 2).flatten(2).transpose(1, 2)


def encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, fbank: Tensor) -> tuple[Tensor, Tensor]:
        states = model(fbank)
        return states, pooled(states, 8, 8)

    axes = {name: {0: "batch"} for name in ("fbank", "states", "vectors")}
    return Part(Wrapped(AudioMae(Config(**config)), call), {"fbank": torch.randn(2, 1, FRAMES, BINS)}, ["states", "vectors"], axes)


def published() -> list[Template]:
    return [Template("audioEncoder", "", "", {}, encoder)]


def small() -> list[Template]:
    return [Template("audioEncoder", "", "", {"width": 48, "depth": 4, "heads": 4, "contextual_depth": 1}, encoder)]


def build(folder: Path, size: str, dtype: torch.dtype) -> None:
    write_folder(folder, published(), size, dtype, {})
