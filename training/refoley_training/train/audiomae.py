"""Train AudioMAE-S: half of the patches hidden, squared error on hidden and visible ones alike."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from refoley_training.models.audiomae import TOKENS, AudioMAE
from refoley_training.train.common import RUNS, Ema, Features, Run, autocast, cosine_rate, device, set_rate


@dataclass
class Config:
    steps: int = 1500
    batch: int = 128
    rate: float = 1e-3
    hidden: float = 0.5  # share of patches
    ema: float = 0.995
    seed: int = 0


def random_mask(batch: int, hidden: float, generator: torch.Generator) -> torch.Tensor:
    order = torch.rand(batch, TOKENS, generator=generator).argsort(dim=1)
    return order < int(hidden * TOKENS)


def train(config: Config, features: Features, run_root: Path = RUNS) -> AudioMAE:
    torch.manual_seed(config.seed)
    banks, rows, held = features.array("fbank"), features.rows("train"), features.rows("validation")
    model = AudioMAE().to(device())
    sample = banks[rows[:: max(1, len(rows) // 500)]].astype("float32")
    model.mean.fill_(float(sample.mean()))
    model.std.fill_(float(sample.std()))
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.9, 0.95), weight_decay=0.05)
    state = {"model": model, "ema": ema.module, "optimizer": optimizer}
    run = Run("audiomae", config, state, run_root)
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + run.step)
        fbank = torch.from_numpy(banks[np.sort(rng.choice(rows, config.batch))].astype("float32")).to(device())
        mask = random_mask(len(fbank), config.hidden, generator).to(device())
        set_rate(optimizer, cosine_rate(run.step, config.steps, config.rate, 100))
        with autocast():
            prediction, target = model.reconstruct(fbank, mask)
        loss = (prediction.float() - target).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        if run.step % 100 == 0 or run.step == config.steps:
            run.log(loss=loss.item(), held_visible=evaluate(ema.module, banks[held].astype("float32")))
            run.save()
    return ema.module


@torch.no_grad()
def evaluate(model: AudioMAE, banks: np.ndarray) -> float:
    """Squared error on held-out sounds with nothing hidden, in units of variance: how much the 32 vectors keep."""
    fbank = torch.from_numpy(banks).to(device())
    prediction, target = model.reconstruct(fbank, torch.zeros(len(fbank), TOKENS, dtype=torch.bool, device=device()))
    return (prediction - target).square().mean().item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    train(Config(steps=parser.parse_args().steps), Features())
