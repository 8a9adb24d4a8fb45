"""AudioMAE (Huang et al. 2022): the ViT-B/16 encoder over 10.24 s of sound, its parameters named as in the published checkpoints.

Its 512 patches are read as 32 vectors, one for each 0.32 s, half mean and half maximum of the 16 patches there, as AudioLDM 2 pools them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FRAMES, BINS, PATCH = 1024, 128, 16
TOKENS = 32
MEAN, STD = -4.2677393, 4.5689974  # of AudioSet's filter banks


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4).unbind()
        return self.proj(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


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


class PatchEmbed(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.proj = nn.Conv2d(1, width, PATCH, PATCH)

    def forward(self, x: Tensor) -> Tensor:
        """[B, 1, 1024, 128] -> [B, 512, width], eight bands of a moment after another."""
        return self.proj(x).flatten(2).transpose(1, 2)


class AudioMAE(nn.Module):
    """fbank [B, 1024, 128] (`audio.kaldi_fbank`) -> tokens [B, 32, width]."""

    def __init__(self, width: int = 768, layers: int = 12, heads: int = 12):
        super().__init__()
        patches = (FRAMES // PATCH) * (BINS // PATCH)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.randn(1, 1 + patches, width) * 0.02)
        self.patch_embed = PatchEmbed(width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def states(self, fbank: Tensor) -> Tensor:
        """Normalised states of the class token and of all patches, [B, 513, width]."""
        x = self.patch_embed((fbank[:, None] - MEAN) / (2 * STD)) + self.pos_embed[:, 1:]
        x = torch.cat([(self.cls_token + self.pos_embed[:, :1]).expand(x.shape[0], -1, -1), x], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def forward(self, fbank: Tensor) -> Tensor:
        patches = self.states(fbank)[:, 1:].unflatten(1, (TOKENS, -1))
        return (patches.mean(dim=2) + patches.amax(dim=2)) / 2
