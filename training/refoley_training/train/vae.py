"""Train the VAE: L1 on normalised log-mels, then a patch discriminator too, last a strong KL; measure the latents' statistics.

L1 alone regresses noise to its median, and every texture comes out smooth: the discriminator brings the grain back. The
KL comes last: it takes out of the latents what the decoder can make up by then, so that the UNet need not predict it.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from refoley_training.models.vae import VAE, PatchDiscriminator
from refoley_training.train.common import (
    RUNS, Ema, Features, Run, autocast, batch_of, cosine_rate, device, mel_window, set_rate,
)  # fmt: skip


@dataclass
class Config:
    steps: int = 3000
    adversarial_from: int = 1600
    batch: int = 48
    frames: int = 128
    rate: float = 1.5e-3
    kl_weight: float = 1e-3
    tight_from: int = 2200
    tight_kl_weight: float = 0.05
    gradient_weight: float = 0.5  # keeps onsets and partials sharp
    adversarial_rate: float = 4e-4
    adversarial_weight: float = 0.06
    feature_weight: float = 0.25
    ema: float = 0.998
    seed: int = 0
    save_every: int = 200


def train(config: Config, features: Features, run_root: Path = RUNS) -> VAE:
    torch.manual_seed(config.seed)
    mels, offsets = features.array("mels"), features.mel_offsets
    train_rows, held_rows = features.rows("train"), features.rows("validation")
    model = VAE().to(device(), memory_format=torch.channels_last)
    judge = PatchDiscriminator().to(device(), memory_format=torch.channels_last)
    sample = mels[:: max(1, len(mels) // 500_000)].astype("float32")
    model.mel_mean.fill_(float(sample.mean()))
    model.mel_std.fill_(float(sample.std()))
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.9, 0.98))
    judge_optimizer = torch.optim.AdamW(judge.parameters(), config.adversarial_rate, betas=(0.5, 0.98))
    state = {"model": model, "ema": ema.module, "judge": judge, "optimizer": optimizer, "judge_optimizer": judge_optimizer}
    run = Run("vae", config, state, run_root)
    totals: list[tuple[float, float]] = []
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        mel = batch_of(mel_window(mels, offsets, row, config.frames, rng) for row in rng.choice(train_rows, config.batch))
        set_rate(optimizer, cosine_rate(run.step, config.steps, config.rate, 100))
        with autocast():
            mean, log_variance = model.posterior(mel)
            mean, log_variance = mean.float(), log_variance.float()
            output = model.reconstruct(mean + torch.randn_like(mean) * (0.5 * log_variance).exp()).float()
        real, fake = ((x - model.mel_mean) / model.mel_std for x in (mel, output))
        error = fake - real
        l1 = error.abs().mean() + config.gradient_weight * (error.diff(dim=1).abs().mean() + error.diff(dim=2).abs().mean())
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        loss = l1 + (config.kl_weight if run.step < config.tight_from else config.tight_kl_weight) * kl
        if run.step >= config.adversarial_from:
            judge_step(judge, judge_optimizer, real, fake.detach())
            loss = loss + adversarial_loss(judge, real, fake, config)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        totals.append((l1.item(), kl.item()))
        if run.step % config.save_every == 0 or run.step == config.steps:
            l1_mean, kl_mean = np.mean(totals, axis=0)
            run.log(l1=l1_mean, kl=kl_mean, held_l1=evaluate(ema.module, features, held_rows, config.frames))
            totals.clear()
            run.save()
    measure_latents(ema.module, features, train_rows, config.frames)
    run.save()
    return ema.module


def judge_step(judge: PatchDiscriminator, optimizer: torch.optim.Optimizer, real: Tensor, fake: Tensor) -> None:
    """Hinge loss (Lim and Ye 2017)."""
    with autocast():
        scores = judge(torch.cat([real, fake]))[-1].float()
    real_score, fake_score = scores.chunk(2)
    (F.relu(1 - real_score).mean() + F.relu(1 + fake_score).mean()).backward()
    optimizer.step()
    optimizer.zero_grad()


def adversarial_loss(judge: PatchDiscriminator, real: Tensor, fake: Tensor, config: Config) -> Tensor:
    judge.requires_grad_(False)
    with autocast():
        with torch.no_grad():
            wanted = judge(real)[:-1]
        *got, score = judge(fake)
    judge.requires_grad_(True)
    matching = torch.stack([F.l1_loss(a.float(), b.float()) for a, b in zip(got, wanted)]).mean()
    return config.feature_weight * matching - config.adversarial_weight * score.float().mean()


@torch.no_grad()
def evaluate(model: VAE, features: Features, rows: np.ndarray, frames: int, limit: int = 96) -> float:
    """Mean absolute error of held-out log-mels, in units of their standard deviation."""
    rng, mels = np.random.default_rng(0), features.array("mels")
    batch = batch_of(mel_window(mels, features.mel_offsets, row, frames, rng) for row in rows[:limit])
    with autocast():
        output = model.reconstruct(model.posterior(batch)[0]).float()
    return ((output - batch).abs().mean() / model.mel_std).item()


@torch.no_grad()
def measure_latents(model: VAE, features: Features, rows: np.ndarray, frames: int, count: int = 512) -> None:
    rng, mels = np.random.default_rng(1), features.array("mels")
    means = []
    for start in range(0, count, 32):
        picks = rng.choice(rows, 32)
        means.append(model.posterior(batch_of(mel_window(mels, features.mel_offsets, r, frames, rng) for r in picks))[0])
    latents = torch.cat(means)
    model.latent_mean.copy_(latents.mean(dim=(0, 2, 3)))
    model.latent_std.copy_(latents.std(dim=(0, 2, 3)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    train(Config(steps=parser.parse_args().steps), Features())
