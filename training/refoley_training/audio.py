"""Audio front ends. src/core/dsp/mel.ts computes the same numbers; training/make_goldens.py pins them.

Every sound enters the models the same way: mono, 16 kHz, leading silence trimmed, peak 0.7.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch

SAMPLE_RATE = 16_000
HOP = 160
N_FFT = 1024
N_MELS = 64
N_FBANK = 128
FBANK_FRAMES = 256  # AudioMAE-S sees 2.56 s
LOG_FLOOR = 1e-5

KALDI_WINDOW = 400  # 25 ms
KALDI_N_FFT = 512
KALDI_PREEMPHASIS = 0.97

TOWER_RATE = 44_100  # aiSFX
TOWER_N_FFT = 2048
TOWER_HOP = 1024
TOWER_MELS = 96
TOWER_BLOCK = 100  # frames, about 2.3 s
TOWER_MAX_BLOCKS = 4
TOWER_SCALE = 9.457798957824707  # largest value in aiSFX's training spectrograms

PEAK = 0.7
TRIM_LEVEL = 0.02
TRIM_LEAD = 0.01  # seconds kept before the onset


def read_mono(path: str | Path, max_seconds: float | None = None) -> tuple[np.ndarray, int]:
    """Decode a sound file to mono float32. Returns (samples [n], rate in Hz)."""
    with soundfile.SoundFile(str(path)) as file:
        frames = -1 if max_seconds is None else int(max_seconds * file.samplerate)
        samples = file.read(frames, dtype="float32", always_2d=True)
        return samples.mean(axis=1), file.samplerate


def condition(samples: np.ndarray, rate: int) -> np.ndarray:
    """Trim the leading silence (below 2 % of the peak, 10 ms kept) and normalise the peak to 0.7."""
    level = np.abs(samples)
    peak = float(level.max()) if len(level) else 0.0
    if peak < 1e-6:
        return samples.astype("float32")
    onset = int(np.argmax(level > peak * TRIM_LEVEL))
    start = max(0, onset - int(TRIM_LEAD * rate))
    return (samples[start:] / peak * PEAK).astype("float32")


def resample(samples: np.ndarray, rate: int, target: int) -> np.ndarray:
    return samples if rate == target else soxr.resample(samples, rate, target).astype("float32")


def slaney_hz(mel: np.ndarray) -> np.ndarray:
    linear = mel * (200.0 / 3)
    return np.where(mel < 15.0, linear, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


def slaney_mel(hz: float) -> float:
    return hz * 3 / 200 if hz < 1000 else 15.0 + np.log(hz / 1000) * 27.0 / np.log(6.4)


def triangles(edges: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """Triangular filters from n + 2 edges (Hz) over FFT bin frequencies. Returns [n, bins]."""
    width = np.diff(edges)
    ramps = edges[:, None] - bins[None]
    return np.maximum(0, np.minimum(-ramps[:-2] / width[:-1, None], ramps[2:] / width[1:, None]))


@lru_cache
def mel_filters(n_mels: int) -> torch.Tensor:
    """Slaney-scale, area-normalised filters as librosa.filters.mel makes them. Returns [n_mels, 513]."""
    edges = slaney_hz(np.linspace(0, slaney_mel(SAMPLE_RATE / 2), n_mels + 2))
    filters = triangles(edges, np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE))
    filters *= (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return torch.from_numpy(filters.astype("float32"))


@lru_cache
def kaldi_filters() -> torch.Tensor:
    """Kaldi's filters, triangles on the mel scale from 20 Hz up. Returns [257, 128]."""
    mel = 1127 * np.log1p(np.fft.rfftfreq(KALDI_N_FFT, 1 / SAMPLE_RATE) / 700)
    edges = np.linspace(1127 * np.log1p(20 / 700), mel[-1], N_FBANK + 2)
    return torch.from_numpy(triangles(edges, mel).T.astype("float32"))


@lru_cache
def tower_filters() -> torch.Tensor:
    """HTK-scale filters whose weights sum to one, as Essentia's MelBands makes them. Returns [96, 1025]."""
    top = 2595 * np.log10(1 + TOWER_RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, TOWER_MELS + 2) / 2595) - 1)
    filters = triangles(edges, np.fft.rfftfreq(TOWER_N_FFT, 1 / TOWER_RATE))
    return torch.from_numpy((filters / np.maximum(filters.sum(1, keepdims=True), 1e-9)).astype("float32"))


def magnitudes(wave: torch.Tensor) -> torch.Tensor:
    """STFT magnitudes with HiFi-GAN's framing: reflect padding of (1024 - 160) / 2, so n samples make n / 160 frames.

    wave [..., n] -> [..., 513, n // 160].
    """
    pad = (N_FFT - HOP) // 2
    shape = wave.shape[:-1]
    wave = torch.nn.functional.pad(wave.reshape(-1, 1, wave.shape[-1]), (pad, pad), mode="reflect")[:, 0]
    spectrum = torch.stft(wave, N_FFT, HOP, window=torch.hann_window(N_FFT, device=wave.device), center=False, return_complex=True)
    return spectrum.abs().reshape(*shape, N_FFT // 2 + 1, -1)


def log_mel(wave: torch.Tensor, n_mels: int = N_MELS) -> torch.Tensor:
    """Natural log of mel magnitudes, floored at 1e-5. wave [..., n] -> [..., n // 160, n_mels]."""
    mel = mel_filters(n_mels).to(wave.device) @ magnitudes(wave)
    return mel.clamp(min=LOG_FLOOR).log().transpose(-1, -2)


def fbank(wave: torch.Tensor) -> torch.Tensor:
    """AudioMAE-S input: 128 log-mel bins of the first 2.56 s, zero-padded. wave [n] -> [256, 128]."""
    length = FBANK_FRAMES * HOP
    return log_mel(torch.nn.functional.pad(wave[:length], (0, max(0, length - len(wave)))), N_FBANK)


def kaldi_fbank(wave: torch.Tensor, frames: int) -> torch.Tensor:
    """Published AudioMAE's input: Kaldi's filter banks of 25 ms windows without dither, then zeros. wave [n] -> [frames, 128]."""
    windows = (wave - wave.mean()).unfold(0, KALDI_WINDOW, HOP)[:frames]
    windows = windows - windows.mean(dim=1, keepdim=True)
    before = torch.cat([windows[:, :1], windows[:, :-1]], dim=1)
    shaped = (windows - KALDI_PREEMPHASIS * before) * torch.hann_window(KALDI_WINDOW, periodic=False)
    power = torch.fft.rfft(shaped, KALDI_N_FFT).abs().square()
    bank = (power @ kaldi_filters()).clamp(min=torch.finfo(torch.float32).eps).log()
    return torch.nn.functional.pad(bank, (0, 0, 0, frames - len(bank)))


def tower_mel(samples: np.ndarray) -> torch.Tensor:
    """aiSFX input from 44.1 kHz mono: log10(10000 mel + 1) / 9.458, in up to 4 zero-padded blocks.

    samples [n] -> [blocks, 100, 96].
    """
    wave = torch.from_numpy(samples[: TOWER_HOP * TOWER_BLOCK * TOWER_MAX_BLOCKS])
    peak = wave.abs().max() if len(wave) else torch.tensor(0.0)
    wave = wave / peak * 0.5 if peak > 0 else wave  # Essentia's EasyLoader leaves -6 dB of headroom
    wave = torch.nn.functional.pad(wave, (TOWER_N_FFT // 2, TOWER_N_FFT))
    spectrum = torch.stft(wave, TOWER_N_FFT, TOWER_HOP, window=torch.hann_window(TOWER_N_FFT), center=False, return_complex=True)
    mel = (10_000 * (tower_filters() @ spectrum.abs().square()) + 1).log10().T / TOWER_SCALE
    frames = max(1, min(-(-len(mel) // TOWER_BLOCK), TOWER_MAX_BLOCKS)) * TOWER_BLOCK
    mel = torch.nn.functional.pad(mel[:frames], (0, 0, 0, max(0, frames - len(mel))))
    return mel.reshape(-1, TOWER_BLOCK, TOWER_MELS)
