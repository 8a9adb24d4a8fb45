"""VAE over 64-bin log-mel spectrograms: compression 4 in time and frequency, 8 latent channels, frequency 16."""

import torch
from torch import Tensor, nn

CHANNELS = 8
COMPRESSION = 4


class ChannelNorm(nn.Module):
    """Layer norm over channels at each position, so that a sound's code does not depend on how much silence follows it."""

    def __init__(self, channels: int):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResBlock(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.body = nn.Sequential(
            ChannelNorm(channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1),
            ChannelNorm(channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, padding=1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class VAE(nn.Module):
    """log_mel [B, 4T, 64] <-> latent [B, 8, T, 16].

    Mel statistics and latent statistics are buffers, so that callers see plain log-mels and latents of mean 0, std 1.
    """

    mel_mean: Tensor
    mel_std: Tensor
    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, widths: tuple[int, int] = (64, 128)):
        super().__init__()
        a, b = widths
        # Shuffling 2 x 2 cells into channels keeps every convolution wide, which is what processors are fast at.
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(4, a, 3, padding=1), ResBlock(a), nn.Conv2d(a, b, 3, 2, 1), ResBlock(b),
            ChannelNorm(b), nn.SiLU(), nn.Conv2d(b, 2 * CHANNELS, 3, padding=1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Conv2d(CHANNELS, b, 3, padding=1), ResBlock(b), ResBlock(b), nn.Conv2d(b, 4 * a, 3, padding=1), nn.PixelShuffle(2),
            ResBlock(a), ResBlock(a), ChannelNorm(a), nn.SiLU(), nn.Conv2d(a, 4, 3, padding=1), nn.PixelShuffle(2),
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


class PatchDiscriminator(nn.Module):
    """Judges patches of a normalised log-mel [B, T, 64] (Isola et al. 2017): grain that L1 alone would smooth away."""

    def __init__(self, width: int = 48):
        super().__init__()
        norm = nn.utils.parametrizations.spectral_norm
        self.convs = nn.ModuleList([
            norm(nn.Conv2d(4, width, 3, padding=1)),
            norm(nn.Conv2d(width, 2 * width, 4, 2, 1)),
            norm(nn.Conv2d(2 * width, 4 * width, 4, 2, 1)),
            norm(nn.Conv2d(4 * width, 1, 3, padding=1)),
        ])  # fmt: skip

    def forward(self, mel: Tensor) -> list[Tensor]:
        """Feature maps; the last one holds the scores."""
        x, maps = nn.functional.pixel_unshuffle(mel.unsqueeze(1), 2), []
        for index, conv in enumerate(self.convs):
            x = conv(x)
            if index < len(self.convs) - 1:
                x = nn.functional.leaky_relu(x, 0.2)
            maps.append(x)
        return maps
