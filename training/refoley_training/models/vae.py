"""VAE over 64-bin log-mel spectrograms: compression 4 in time and frequency, 8 latent channels, frequency 16."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CHANNELS = 8
COMPRESSION = 4


class ResBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(8, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm2 = nn.GroupNorm(8, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x)))
        return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class Upsample(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class VAE(nn.Module):
    """log_mel [B, 4T, 64] <-> latent [B, 8, T, 16].

    Mel statistics and latent statistics are buffers, so that callers see plain log-mels and latents of mean 0, std 1.
    """

    mel_mean: Tensor
    mel_std: Tensor
    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, widths: tuple[int, int, int] = (32, 64, 128)):
        super().__init__()
        a, b, c = widths
        self.encoder = nn.Sequential(
            nn.Conv2d(1, a, 3, padding=1), ResBlock(a, a), nn.Conv2d(a, b, 3, 2, 1), ResBlock(b, b),
            nn.Conv2d(b, c, 3, 2, 1), ResBlock(c, c), nn.GroupNorm(8, c), nn.SiLU(), nn.Conv2d(c, 2 * CHANNELS, 3, padding=1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Conv2d(CHANNELS, c, 3, padding=1), ResBlock(c, c), Upsample(c, b), ResBlock(b, b),
            Upsample(b, a), ResBlock(a, a), nn.GroupNorm(8, a), nn.SiLU(), nn.Conv2d(a, 1, 3, padding=1),
        )  # fmt: skip
        self.register_buffer("mel_mean", torch.zeros(()))
        self.register_buffer("mel_std", torch.ones(()))
        self.register_buffer("latent_mean", torch.zeros(CHANNELS))
        self.register_buffer("latent_std", torch.ones(CHANNELS))

    def posterior(self, log_mel: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the raw latent, each [B, 8, T, 16]."""
        x = (log_mel - self.mel_mean) / self.mel_std
        mean, log_variance = self.encoder(x.unsqueeze(1)).chunk(2, dim=1)
        return mean, log_variance.clamp(-12, 4)

    def reconstruct(self, raw: Tensor) -> Tensor:
        return self.decoder(raw).squeeze(1) * self.mel_std + self.mel_mean

    def encode(self, log_mel: Tensor) -> Tensor:
        mean, _ = self.posterior(log_mel)
        return (mean - self.latent_mean[:, None, None]) / self.latent_std[:, None, None]

    def decode(self, latent: Tensor) -> Tensor:
        return self.reconstruct(latent * self.latent_std[:, None, None] + self.latent_mean[:, None, None])
