"""Train the vocoder on real and on VAE-reconstructed mels: spectral losses first, then the discriminators too."""

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from refoley_training import audio
from refoley_training.audio import HOP, SAMPLE_RATE
from refoley_training.models.hifigan import Discriminators, Generator
from refoley_training.models.vae import VAE
from refoley_training.train.common import RUNS, Ema, Features, Run, autocast, cosine_rate, device, load_weights, set_rate

RESOLUTIONS = ((2048, 512, 128), (1024, 256, 80), (512, 128, 48), (256, 64, 24))  # FFT, hop, mel bins


@dataclass
class Config:
    steps: int = 3000
    adversarial_from: int = 1500
    batch: int = 12
    frames: int = 64
    reconstructed: float = 0.5  # share of inputs that went through the VAE
    rate: float = 1e-3
    adversarial_rate: float = 3e-4
    adversarial_weight: float = 0.3
    feature_weight: float = 0.6
    ema: float = 0.998
    seed: int = 0
    save_every: int = 100


@lru_cache
def filters(n_fft: int, bins: int) -> Tensor:
    edges = audio.slaney_hz(np.linspace(0, audio.slaney_mel(SAMPLE_RATE / 2), bins + 2))
    banks = audio.triangles(edges, np.fft.rfftfreq(n_fft, 1 / SAMPLE_RATE))
    return torch.from_numpy((banks / np.maximum(banks.sum(1, keepdims=True), 1e-3)).astype("float32")).to(device())


def spectral_loss(output: Tensor, target: Tensor) -> Tensor:
    """Mean absolute difference of log-mels at four resolutions: bands average noise, so noise may stay noise."""
    total = output.new_zeros(())
    for n_fft, hop, bins in RESOLUTIONS:
        window = torch.hann_window(n_fft, device=output.device)
        mels = []
        for wave in (output, target):
            magnitude = torch.stft(wave, n_fft, hop, window=window, return_complex=True).abs() / n_fft**0.5
            mels.append((filters(n_fft, bins) @ magnitude + 1e-4).log())
        total = total + (mels[0] - mels[1]).abs().mean()
    return total / len(RESOLUTIONS)


def segment(features: Features, row: int, frames: int, rng: np.random.Generator) -> np.ndarray:
    """A waveform of `frames` frames that starts, more often than not, where the sound is loud."""
    wave, length = features.wave(row), frames * HOP
    if len(wave) <= length:
        return np.pad(wave, (0, length - len(wave)))
    starts = rng.integers(0, len(wave) - length + 1, 2)
    best = max(starts, key=lambda s: float(np.square(wave[s : s + length]).sum()))
    return wave[best : best + length]


def train(config: Config, features: Features, vae: VAE, run_root: Path = RUNS) -> Generator:
    torch.manual_seed(config.seed)
    rows, held = features.rows("train"), features.rows("validation")
    model, judges = Generator().to(device()), Discriminators().to(device())
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.8, 0.99))
    judge_optimizer = torch.optim.AdamW(judges.parameters(), config.adversarial_rate, betas=(0.8, 0.99))
    state = {"model": model, "ema": ema.module, "judges": judges, "optimizer": optimizer, "judge_optimizer": judge_optimizer}
    run = Run("hifigan", config, state, run_root)
    total = 0.0
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        target = torch.from_numpy(np.stack([segment(features, row, config.frames, rng) for row in rng.choice(rows, config.batch)]))
        target = target.to(device())
        mel = audio.log_mel(target)
        count = int(config.reconstructed * config.batch)
        with torch.no_grad(), autocast():
            mel[:count] = vae.decode(vae.encode(mel[:count])).float()
        with autocast():
            output = model(mel, torch.randn_like(target))
        output = output.float()
        spectral = spectral_loss(output, target)
        loss = spectral
        if run.step >= config.adversarial_from:
            judge_step(judges, judge_optimizer, output.detach(), target)
            loss = loss + adversarial_loss(judges, output, target, config)
            set_rate(optimizer, config.adversarial_rate)
        else:
            set_rate(optimizer, cosine_rate(run.step, 2 * config.adversarial_from, config.rate, 50))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        total += spectral.item()
        if run.step % config.save_every == 0 or run.step == config.steps:
            run.log(spectral=total / config.save_every, held=evaluate(ema.module, features, held, config.frames))
            total = 0.0
            run.save()
    return ema.module


def judge_step(judges: Discriminators, optimizer: torch.optim.Optimizer, output: Tensor, target: Tensor) -> None:
    """Least-squares GAN, as in HiFi-GAN (Kong et al. 2020, eq. 1)."""
    loss = output.new_zeros(())
    for (real, _), (fake, _) in zip(judges(target), judges(output)):
        loss = loss + (real - 1).square().mean() + fake.square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


def adversarial_loss(judges: Discriminators, output: Tensor, target: Tensor, config: Config) -> Tensor:
    """Generator's share: adversarial and feature-matching terms (Kong et al. 2020, eqs. 2 and 4)."""
    judges.requires_grad_(False)
    loss = output.new_zeros(())
    with torch.no_grad():
        wanted = [features for _, features in judges(target)]
    for (score, features), targets in zip(judges(output), wanted):
        matching = torch.stack([F.l1_loss(a, b) for a, b in zip(features, targets)]).mean()
        loss = loss + config.adversarial_weight * (score - 1).square().mean() + config.feature_weight * matching
    judges.requires_grad_(True)
    return loss / len(wanted)


@torch.no_grad()
def evaluate(model: Generator, features: Features, rows: np.ndarray, frames: int, limit: int = 64) -> float:
    """Spectral loss on held-out sounds with fixed noise."""
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)
    target = torch.from_numpy(np.stack([segment(features, row, frames, rng) for row in rows[:limit]]))
    noise = torch.randn(target.shape, generator=generator)
    return spectral_loss(model(audio.log_mel(target).to(device()), noise.to(device())), target.to(device())).item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    parser.add_argument("--adversarial-from", type=int, default=Config.adversarial_from)
    arguments = parser.parse_args()
    config = Config(steps=arguments.steps, adversarial_from=arguments.adversarial_from)
    train(config, Features(), load_weights(VAE(), "vae").to(device()))
