"""Re-AudioLDM's UNet: noisy latents in, velocity out, conditioned on the prompt and on the neighbours.

The CLAP text embedding, the timestep and the sound's length enter by FiLM; every level attends to the
neighbours' AudioMAE and text tokens. All sounds start at their onset, so "what happened there at this moment" is what the
latent asks first: the neighbours' audio tokens are laid over it moment by moment (Overlay), and in cross-attention queries
and audio tokens carry the same sinusoids of absolute time.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training.models import audiomae, clap, minilm, vae

FREQUENCIES = 16  # height of the latent
PATCH = 2  # the UNet sees 2 x 2 latent cells as one: a narrow level at full resolution costs more time than all the others
FRAME_SECONDS = 0.04  # one latent frame
TOKEN_SECONDS = 0.08  # one AudioMAE token
MOMENTS = 128  # patches of the longest take, 10.24 s
MAX_NEIGHBOURS = 10
MASKED = -10_000.0


@dataclass(frozen=True)
class UNetConfig:
    widths: tuple[int, ...] = (128, 192, 256)
    context: int = 256
    embedding: int = 256
    head_width: int = 64


def sinusoids(position: Tensor, count: int, shortest: float, longest: float) -> Tensor:
    """[n] -> [n, 2 count]: sine and cosine at `count` periods between shortest and longest, in the position's unit."""
    periods = torch.logspace(math.log10(shortest), math.log10(longest), count, device=position.device)
    angle = position[:, None] * (2 * math.pi / periods)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class ResBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, embedding: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(8, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.film = nn.Linear(embedding, 2 * outputs)
        self.norm2 = nn.GroupNorm(8, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        scale, shift = self.film(embedding)[:, :, None, None].chunk(2, dim=1)
        h = self.norm2(self.conv1(F.silu(self.norm1(x)))) * (1 + scale) + shift
        return self.shortcut(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    """Multi-head attention; with `bias` [B, S] added to the logits of each key.

    Written out: for keys and queries this short, plain products train twice as fast on processors as torch's fused
    operator, and the mass that each key received falls out of them.
    """

    def __init__(self, width: int, context: int, head_width: int):
        super().__init__()
        self.heads = width // head_width
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(context, 2 * width, bias=False)
        self.out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, context: Tensor, bias: Tensor | None, want_mass: bool) -> tuple[Tensor, Tensor | None]:
        """x [B, N, width], context [B, S, context] -> output [B, N, width], attention mass per key [B, S]."""
        query = self._split(self.query(x))
        key, value = (self._split(part) for part in self.key_value(context).chunk(2, dim=-1))
        logits = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        weights = (logits if bias is None else logits + bias[:, None, None].to(logits.dtype)).softmax(dim=-1)
        output = self.out((weights.to(value.dtype) @ value).transpose(1, 2).flatten(2))
        return output, weights.mean(dim=(1, 2)) if want_mass else None


class Transformer(nn.Module):
    """Self-attention, cross-attention to the neighbours, feed-forward."""

    def __init__(self, width: int, config: UNetConfig):
        super().__init__()
        self.position = nn.Linear(32, width)
        self.norm1 = nn.LayerNorm(width)
        self.self_attention = Attention(width, width, config.head_width)
        self.norm2 = nn.LayerNorm(width)
        self.cross_attention = Attention(width, config.context, config.head_width)
        self.norm3 = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(nn.Linear(width, 3 * width), nn.GELU(), nn.Linear(3 * width, width))

    def forward(self, x: Tensor, context: Tensor, bias: Tensor, want_mass: bool) -> tuple[Tensor, Tensor | None]:
        channels, time, frequency = x.shape[1:]
        y = x.flatten(2).transpose(1, 2) + self.position(grid(time, frequency, x.device)).to(x.dtype)
        normed = self.norm1(y)
        y = y + self.self_attention(normed, normed, None, False)[0]
        attended, mass = self.cross_attention(self.norm2(y), context, bias, want_mass)
        y = y + attended
        y = y + self.feed_forward(self.norm3(y))
        return y.transpose(1, 2).reshape(-1, channels, time, frequency), mass


class Overlay(nn.Module):
    """The neighbours laid over the latent: each patch chooses among their audio tokens of its own moment, or none.

    A token lasts as long as a patch. Cross-attention alone would first have to learn which token and which of its
    dimensions concern a patch, and hardly did (docs/adr/0006-a-library-that-is-followed.md); here moment and frequency are given.
    """

    ROWS = FREQUENCIES // PATCH
    HEADS, HEAD_WIDTH = 4, 16

    def __init__(self, channels: int):
        super().__init__()
        width = self.HEADS * self.HEAD_WIDTH
        self.norm = nn.LayerNorm(audiomae.WIDTH)
        self.query = nn.Conv2d(channels, width, 1)
        self.key_value = nn.Linear(audiomae.WIDTH, self.ROWS * 2 * width)
        self.none = nn.Parameter(torch.zeros(self.HEADS, 1))  # what a neighbour's logit must exceed
        self.out = nn.Conv2d(width, channels, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, audio_tokens: Tensor, audio_bias: Tensor) -> tuple[Tensor, Tensor]:
        """x [B, C, T, 8], audio_tokens [B, K, 32, 256], audio_bias [B, K, 32] -> what to add to x, and mass [B, K]."""
        time, heads = x.shape[2], (self.HEADS, self.HEAD_WIDTH)
        beyond = MOMENTS - audiomae.TOKENS  # no neighbour is heard for longer than its tokens last
        bias = F.pad(audio_bias, (0, beyond), value=MASKED)[:, :, :time].permute(0, 2, 1)
        key_value = F.pad(self.key_value(self.norm(audio_tokens)), (0, 0, 0, beyond))[:, :, :time]
        key, value = key_value.unflatten(-1, (self.ROWS, 2, *heads)).permute(4, 0, 2, 3, 5, 1, 6).unbind()  # each [B, T, 8, heads, K, width]
        query = self.query(x).permute(0, 2, 3, 1).unflatten(-1, heads)[:, :, :, :, None]
        # Products of one row with K: summed by hand, for a matrix product of this size costs more than it computes.
        logits = (query * key).sum(-1).float() / self.HEAD_WIDTH**0.5 + bias[:, :, None, None]
        none = self.none.expand(*logits.shape[:-1], 1)
        weights = torch.cat([none, logits], dim=-1).softmax(dim=-1)[..., 1:]
        heard = (weights.to(value.dtype)[..., None] * value).sum(-2).flatten(3)
        return self.out(heard.permute(0, 3, 1, 2)), weights.mean(dim=(1, 2, 3))


def grid(time: int, frequency: int, device: torch.device) -> Tensor:
    """Positions of a [time, frequency] map at any resolution: 8 periods of seconds and 8 of the frequency axis. [N, 32]."""
    stride = FREQUENCIES // frequency
    seconds = (torch.arange(time, device=device) + 0.5) * (stride * FRAME_SECONDS)
    height = (torch.arange(frequency, device=device) + 0.5) * stride
    t = sinusoids(seconds, 8, 0.16, 20.48)[:, None].expand(-1, frequency, -1)
    f = sinusoids(height, 8, 4.0, 64.0)[None].expand(time, -1, -1)
    return torch.cat([t, f], dim=-1).flatten(0, 1)


class Context(nn.Module):
    """Projects neighbours to context tokens. A learned null token comes first and is never masked."""

    def __init__(self, config: UNetConfig):
        super().__init__()
        width = config.context
        self.audio = nn.Linear(audiomae.WIDTH, width)
        self.audio_time = nn.Linear(16, width)
        self.text = nn.Linear(minilm.WIDTH, width)
        self.modality = nn.Parameter(torch.randn(2, width) * 0.02)
        self.rank = nn.Parameter(torch.randn(MAX_NEIGHBOURS, width) * 0.02)
        self.null = nn.Parameter(torch.randn(1, 1, width) * 0.02)
        self.norm = nn.LayerNorm(width)

    def forward(self, audio_tokens: Tensor, text_tokens: Tensor, token_bias: Tensor) -> tuple[Tensor, Tensor]:
        """Returns context [B, 1 + 82 K, width] and its logit bias [B, 1 + 82 K], null token first."""
        batch, k = audio_tokens.shape[:2]
        seconds = (torch.arange(audiomae.TOKENS, device=audio_tokens.device) + 0.5) * TOKEN_SECONDS
        audio = self.audio(audio_tokens) + self.audio_time(sinusoids(seconds, 8, 0.16, 20.48)) + self.modality[0]
        text = self.text(text_tokens) + self.modality[1]
        tokens = torch.cat([audio, text], dim=2) + self.rank[:k, None]
        tokens = torch.cat([self.null.expand(batch, -1, -1), tokens.flatten(1, 2)], dim=1)
        bias = torch.cat([torch.zeros_like(token_bias[:, 0, :1]), token_bias.flatten(1)], dim=1)
        return self.norm(tokens), bias


class UNet(nn.Module):
    """See src/core/pipeline/parts.ts for the meaning of the inputs.

    sample [B, 8, T, 16], timestep [B] in 0..999, text_embedding [B, 512] (zeros: no text),
    seconds [B] from onset to end (0: whatever suits),
    audio_tokens [B, K, 32, 256], text_tokens [B, K, 50, 384], token_bias [B, K, 82]
    (training cuts the 50 text tokens to the longest caption of the batch: the rest would be masked)
    -> velocity [B, 8, T, 16], influence [B, K] (share of all attention to neighbours; what went to none is the rest).
    """

    def __init__(self, config: UNetConfig = UNetConfig()):
        super().__init__()
        self.config = config
        width, embedding = config.widths, config.embedding
        self.time = nn.Sequential(nn.Linear(128, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.text = nn.Sequential(nn.Linear(clap.WIDTH, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.length = nn.Sequential(nn.Linear(33, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.context = Context(config)
        self.input = nn.Conv2d(vae.CHANNELS * PATCH**2, width[0], 3, padding=1)
        last = len(width) - 1
        self.down, self.down_attention, self.downsample = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        channels = width[0]
        for level, w in enumerate(width):
            self.down.append(ResBlock(channels, w, embedding))
            self.down_attention.append(Transformer(w, config))
            self.downsample.append(nn.Conv2d(w, w, 3, 2, 1) if level < last else nn.Identity())
            channels = w
        self.middle1 = ResBlock(channels, channels, embedding)
        self.middle_attention = Transformer(channels, config)
        self.middle2 = ResBlock(channels, channels, embedding)
        self.up, self.up_attention = nn.ModuleList(), nn.ModuleList()
        for level in reversed(range(len(width))):
            self.up.append(ResBlock(channels + width[level], width[level], embedding))
            self.up_attention.append(Transformer(width[level], config))
            channels = width[level]
        self.output = nn.Sequential(nn.GroupNorm(8, channels), nn.SiLU(), nn.Conv2d(channels, vae.CHANNELS * PATCH**2, 3, padding=1))
        self.overlay = Overlay(width[0])

    def forward(
        self, sample: Tensor, timestep: Tensor, text_embedding: Tensor, seconds: Tensor,
        audio_tokens: Tensor, text_tokens: Tensor, token_bias: Tensor, want_influence: bool = True,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        embedding = self.time(timestep_embedding(timestep)) + self.text(text_embedding * clap.WIDTH**0.5)
        embedding = F.silu(embedding + self.length(length_embedding(seconds)))
        context, bias = self.context(audio_tokens, text_tokens, token_bias)
        masses: list[Tensor] = []  # each [B, K]

        def attend(block: nn.Module, x: Tensor) -> Tensor:
            x, mass = block(x, context, bias, want_influence)
            if mass is not None:
                masses.append(mass[:, 1:].unflatten(1, token_bias.shape[1:]).sum(dim=2))
            return x

        x = self.input(F.pixel_unshuffle(sample, PATCH))
        skips = []
        for level, (res, attention, down) in enumerate(zip(self.down, self.down_attention, self.downsample)):
            x = res(x, embedding)
            if level == 0:
                laid_over, mass = self.overlay(x, audio_tokens, token_bias[:, :, : audiomae.TOKENS])
                masses.append(mass)
                x = x + laid_over
            x = attend(attention, x)
            skips.append(x)
            x = down(x)
        x = self.middle2(attend(self.middle_attention, self.middle1(x, embedding)), embedding)
        for index, (res, attention) in enumerate(zip(self.up, self.up_attention)):
            if index > 0:
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = attend(attention, res(torch.cat([x, skips.pop()], dim=1), embedding))
        return F.pixel_shuffle(self.output(x), PATCH), torch.stack(masses).mean(dim=0) if want_influence else None


def timestep_embedding(timestep: Tensor) -> Tensor:
    """Sinusoidal embedding of Ho et al. 2020: [B] -> [B, 128]."""
    frequencies = torch.exp(-math.log(10_000) * torch.arange(64, device=timestep.device) / 64)
    angle = timestep[:, None] * frequencies
    return torch.cat([angle.sin(), angle.cos()], dim=1)


def length_embedding(seconds: Tensor) -> Tensor:
    """[B] -> [B, 33]: sinusoids of the octave (0.1 s and up), then 1; all zeros for 0, which means unknown."""
    known = (seconds > 0).to(seconds.dtype)[:, None]
    octave = (seconds.clamp(min=0.1) / 0.1).log2()
    return torch.cat([sinusoids(octave, 16, 1.0, 16.0), torch.ones_like(known)], dim=1) * known
