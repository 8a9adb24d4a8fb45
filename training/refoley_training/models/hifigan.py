"""The vocoder: a HiFi-GAN-style generator at frame rate with an iSTFT head, and HiFi-GAN's discriminators.

Effects are largely noise, and a network that sees only a mel cannot invent a random phase. So the head adds two
spectra, as Vocos (Siuzdak 2023) and DDSP's filtered noise (Engel 2020) would: white noise shaped by predicted
magnitudes, and a predicted complex part for everything that has a phase. Both magnitudes start from the mel itself,
so that an untrained vocoder is already a noise vocoder.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training.audio import HOP, N_FFT, N_MELS, mel_filters

HEAD_FFT = 640  # four hops
BINS = HEAD_FFT // 2 + 1


class ConvNeXt(nn.Module):
    """x [B, C, F] -> same shape (Liu et al. 2022, in one dimension)."""

    def __init__(self, width: int, layers: int):
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)
        self.scale = nn.Parameter(torch.full((width,), 1 / layers))

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(self.depthwise(x).transpose(1, 2))
        return x + (self.scale * self.down(F.gelu(self.up(h)))).transpose(1, 2)


def inverse_mel() -> Tensor:
    """[BINS, 64]: spreads mel magnitudes back over the head's bins (each bin takes its filters' weighted mean)."""
    filters = mel_filters(N_MELS)  # [64, 513]
    position = torch.linspace(0, N_FFT // 2, BINS)
    low = position.floor().long().clamp(max=N_FFT // 2 - 1)
    fraction = position - low
    at_bins = filters[:, low] * (1 - fraction) + filters[:, low + 1] * fraction
    share = at_bins / at_bins.sum(dim=0, keepdim=True).clamp(min=1e-8)
    return (share / filters.sum(dim=1, keepdim=True)).T.contiguous()


class Generator(nn.Module):
    """log_mel [B, F, 64], noise [B, 160 F] (standard normal) -> waveform [B, 160 F]."""

    window: Tensor
    inverse_mel: Tensor
    bin_index: Tensor

    def __init__(self, width: int = 256, layers: int = 6):
        super().__init__()
        self.input = nn.Conv1d(N_MELS, width, 7, padding=3)
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvNeXt(width, layers) for _ in range(layers))
        self.final_norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 4 * BINS)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.bias[BINS : 2 * BINS] = -2.0  # the phased part starts quietly
            self.head.weight[2 * BINS :].normal_(std=0.02)
        window = torch.hann_window(HEAD_FFT).sqrt()  # root-Hann both ways: its squares overlap to a constant
        self.register_buffer("window", window, persistent=False)
        self.register_buffer("inverse_mel", inverse_mel(), persistent=False)
        self.register_buffer("bin_index", torch.arange(BINS, dtype=torch.float32))

    def analysis(self) -> Tensor:
        """The windowed DFT as a matrix, [640, 2 BINS]: a few MFLOP a frame, and plain MatMul in ONNX.

        Made in the graph from 321 numbers: constant folding expands it when a session is created.
        """
        turns = torch.arange(HEAD_FFT, device=self.window.device)[:, None] * self.bin_index / HEAD_FFT
        angle = 2 * math.pi * (turns - turns.floor())
        return torch.cat([angle.cos(), -angle.sin()], dim=1) * self.window[:, None]

    def synthesis(self) -> Tensor:
        """The inverse, windowed again, [2 BINS, 640]."""
        inner = torch.where((self.bin_index == 0) | (self.bin_index == BINS - 1), 0.5, 1.0)
        return (self.analysis() * inner.repeat(2)).T / HEAD_FFT

    def spectrum_of(self, noise: Tensor) -> Tensor:
        """Complex spectrum of the noise, real then imaginary, [B, F, 2 BINS], with unit expected power per bin."""
        hops = F.pad(noise, ((HEAD_FFT - HOP) // 2, (HEAD_FFT - HOP) // 2)).reshape(noise.shape[0], -1, HOP)
        frames = torch.cat([hops[:, :-3], hops[:, 1:-2], hops[:, 2:-1], hops[:, 3:]], dim=2)
        return frames @ self.analysis() / self.window.square().sum().sqrt()

    def overlap_add(self, spectrum: Tensor) -> Tensor:
        """[B, F, 2 BINS] -> [B, 160 F]."""
        quarters = (spectrum @ self.synthesis()).split(HOP, dim=2)
        total = sum(F.pad(quarter, (0, 0, i, 3 - i)) for i, quarter in enumerate(quarters))
        pad = (HEAD_FFT - HOP) // 2
        return total.reshape(spectrum.shape[0], -1)[:, pad:-pad]

    def forward(self, log_mel: Tensor, noise: Tensor) -> Tensor:
        x = self.norm(self.input((log_mel.transpose(1, 2) + 4) / 3).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        noise_gain, phased_gain, real, imaginary = self.head(self.final_norm(x.transpose(1, 2))).chunk(4, dim=2)
        # STFT magnitudes of the mel's 1024 window and of the head's 640 window differ by a constant for noise.
        base = log_mel.exp() @ self.inverse_mel.T
        shaped = self.spectrum_of(noise) * (base * noise_gain.clamp(max=4).exp()).repeat(1, 1, 2)
        length = (real.square() + imaginary.square() + 1e-6).sqrt()
        gain = base * phased_gain.clamp(max=4).exp() / length
        phased = torch.cat([gain * real, gain * imaginary], dim=2)
        return self.overlap_add(shaped * NOISE_LEVEL + phased)


# Root of the ratio of window energies, and the mean of a Rayleigh magnitude: makes the untrained noise path unbiased.
NOISE_LEVEL = math.sqrt(HEAD_FFT / 2 / (N_FFT * 0.375)) / math.sqrt(math.pi / 4)


class PeriodDiscriminator(nn.Module):
    """One of HiFi-GAN's multi-period discriminators: waveform [B, n] -> (score, feature maps)."""

    def __init__(self, period: int, width: int = 16):
        super().__init__()
        self.period = period
        channels = [1, width, 2 * width, 4 * width, 4 * width]
        norm = nn.utils.parametrizations.weight_norm
        self.convs = nn.ModuleList(
            norm(nn.Conv2d(a, b, (5, 1), (3, 1), (2, 0))) for a, b in zip(channels, channels[1:])
        )  # fmt: skip
        self.out = norm(nn.Conv2d(channels[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, wave: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = F.pad(wave, (0, -wave.shape[1] % self.period)).unflatten(1, (-1, self.period)).unsqueeze(1)
        features = []
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
            features.append(x)
        return self.out(x), features


class ScaleDiscriminator(nn.Module):
    """One of HiFi-GAN's multi-scale discriminators, at 1 / 2^scale of the rate."""

    def __init__(self, scale: int, width: int = 16):
        super().__init__()
        self.pool = 2**scale
        norm = nn.utils.parametrizations.weight_norm
        self.convs = nn.ModuleList([
            norm(nn.Conv1d(1, width, 15, padding=7)),
            norm(nn.Conv1d(width, 2 * width, 41, 4, 20, groups=4)),
            norm(nn.Conv1d(2 * width, 4 * width, 41, 4, 20, groups=8)),
            norm(nn.Conv1d(4 * width, 4 * width, 5, padding=2)),
        ])  # fmt: skip
        self.out = norm(nn.Conv1d(4 * width, 1, 3, padding=1))

    def forward(self, wave: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = wave.unsqueeze(1)
        x = F.avg_pool1d(x, self.pool) if self.pool > 1 else x
        features = []
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
            features.append(x)
        return self.out(x), features


class Discriminators(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.all = nn.ModuleList([*(PeriodDiscriminator(p) for p in (2, 3, 5, 7, 11)), *(ScaleDiscriminator(s) for s in (0, 1, 2))])

    def forward(self, wave: Tensor) -> list[tuple[Tensor, list[Tensor]]]:
        return [discriminator(wave) for discriminator in self.all]
