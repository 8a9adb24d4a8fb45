"""Teach the UNet a second mode: the guided sampler's whole path in four strides, without guidance branches.

The teacher's path (DPM-Solver++ with both guidance weights) is walked once per example and kept at five points. The
student learns, from each point, the one velocity whose DDIM step lands on the next (as in Salimans and Ho 2022, with
the paths of the guided model as in Meng et al. 2023, in one round instead of many halvings). The mode is told by the
timestep: 1000 is added to it, so one graph serves both and the first mode is rehearsed along.
"""

import argparse
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from refoley_training import augment, diffusion, manifest
from refoley_training.models.unet import UNet, UNetConfig
from refoley_training.train.common import RUNS, Ema, Features, Run, constant_then_decay, device, has_ended, load_weights, set_rate
from refoley_training.train.unet import GUIDANCE, LIBRARY_GUIDANCE, RELEASED, Conditioning, Dataset, guided, noise_levels, predict
from refoley_training.train.unet import Config as UNetTraining

STRIDES = 4
CANDIDATES = 4  # made of each take, of which the best is kept
TEACHER_STEPS = 16
MODE_OFFSET = 1000.0
PATHS = manifest.BUILD / "paths"
TAUGHT = "unet-few"  # the run: a copy of the released one with the second mode


def has_few_steps(root: Path = RUNS) -> bool:
    """Is the second mode taught to its end? A checkpoint on the way there makes noise."""
    return has_ended(TAUGHT, root)


def shipped_run(root: Path = RUNS) -> str:
    """The run that is exported and evaluated: the released one or, once it is taught, its copy with the second mode."""
    return TAUGHT if has_few_steps(root) else RELEASED


@dataclass
class Config:
    steps: int = 800
    decay_from: int = 500
    paths: int = 3072
    batch: int = 32
    frames: int = 64
    guidance: float = GUIDANCE
    library_guidance: float = LIBRARY_GUIDANCE
    no_retrieval: float = 0.25  # share of paths
    rehearsal: float = 0.5  # weight of the ordinary loss
    rate: float = 2e-4
    ema: float = 0.998
    seed: int = 0
    save_every: int = 100


def strides(steps: int = STRIDES) -> list[tuple[int, Tensor, Tensor, Tensor, Tensor]]:
    """(timestep, signal, sigma, next signal, next sigma) of each stride, the last one to the clean latent."""
    alpha_bar = diffusion.alphas_cumprod()
    timesteps = diffusion.timesteps_of(steps)
    levels = [(alpha_bar[t].sqrt(), (1 - alpha_bar[t]).sqrt()) for t in timesteps] + [(torch.tensor(1.0), torch.tensor(0.0))]
    return [(t, *levels[i], *levels[i + 1]) for i, t in enumerate(timesteps)]


def velocity_between(x: Tensor, then: Tensor, stride: tuple[int, Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    """The velocity whose DDIM step leads from x to `then`.

    then = next_signal (signal x - sigma v) + next_sigma (sigma x + signal v), solved for v.
    """
    _, signal, sigma, next_signal, next_sigma = stride
    keep = next_signal * signal + next_sigma * sigma
    gain = next_sigma * signal - next_signal * sigma
    return (then - keep * x) / gain


class Conditions:
    """What each path was asked for: drawn again from its seed, so that only latents are kept."""

    def __init__(self, data: Dataset, rows: np.ndarray, config: Config):
        self.data, self.rows, self.config = data, rows, config

    def batch(self, first: int) -> Conditioning:
        rng = np.random.default_rng([self.config.seed, 7, first])
        picks = rng.choice(self.rows, self.config.batch)
        near = self.data.own.neighbours[picks][:, :3].copy()
        near[rng.random(len(picks)) < self.config.no_retrieval] = -1
        seconds = self.data.own.seconds[picks] * (rng.random(len(picks)) < 0.5)
        return self.data.conditioning(np.stack([self.data.own.prompt(row, rng) for row in picks]), seconds, near)


@torch.no_grad()
def walk(teacher: UNet, conditions: Conditions, config: Config, folder: Path) -> None:
    """Keep the paths, float16 [batch, 5, 8, T, 16], one file a batch; those that are there already are left."""
    folder.mkdir(parents=True, exist_ok=True)
    every = TEACHER_STEPS // STRIDES
    for first in range(0, config.paths, config.batch):
        path = folder / f"{first:06d}.npy"
        if path.exists():
            continue
        c = conditions.batch(first)
        noise = torch.randn((config.batch, 8, config.frames, 16), generator=torch.Generator().manual_seed(first)).to(device())
        points: list[Tensor] = []
        velocity = guided(partial(predict, teacher), c, config.guidance, config.library_guidance)

        def watched(x: Tensor, t: Tensor) -> Tensor:
            points.append(x)
            return velocity(x, t)

        points.append(diffusion.dpmpp(watched, noise, TEACHER_STEPS))
        kept = torch.stack(points[::every], dim=1).cpu().numpy().astype("float16")
        np.save(path.with_suffix(".tmp.npy"), kept)
        path.with_suffix(".tmp.npy").rename(path)
        print(f"{first + config.batch} of {config.paths} paths", flush=True)


def train(
    config: Config, features: Features, derived: Features | None, unet: UNetConfig = UNetConfig(),
    run_root: Path = RUNS, teacher_run: str = RELEASED, name: str = TAUGHT, folder: Path = PATHS,
) -> UNet:  # fmt: skip
    torch.manual_seed(config.seed)
    data, rows = Dataset(features, derived), features.rows("train", "AB")
    conditions = Conditions(data, rows, config)
    teacher = load_weights(UNet(unet), teacher_run, root=run_root).to(device(), memory_format=torch.channels_last)
    walk(teacher, conditions, config, folder)

    model = UNet(unet).to(device(), memory_format=torch.channels_last)
    model.load_state_dict(teacher.state_dict())
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    run = Run(name, config, {"model": model, "ema": ema.module, "optimizer": optimizer}, run_root)
    ordinary = UNetTraining(batch=config.batch)
    chance = np.full(len(rows), 1 / len(rows))
    losses: list[tuple[float, float]] = []
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        set_rate(optimizer, constant_then_decay(run.step, config.steps, config.decay_from, config.rate, 50))
        # 1. One stride of each path of a batch.
        first = int(rng.integers(config.paths // config.batch)) * config.batch
        points = torch.from_numpy(np.load(folder / f"{first:06d}.npy").astype("float32")).to(device())
        index = int(rng.integers(STRIDES))
        stride = strides()[index]
        x, then = points[:, index].contiguous(memory_format=torch.channels_last), points[:, index + 1]
        timestep = torch.full((len(x),), stride[0] + MODE_OFFSET, device=device())
        error = predict(model, x, timestep, conditions.batch(first)) - velocity_between(x, then, stride)
        distilled = error.square().mean()
        distilled.backward()
        # 2. The ordinary loss, so that the first mode stays what it was.
        sounds = data.draw(chance, rows, ordinary, rng)[1]
        latent, c = data.batch(sounds, config.frames, ordinary, rng)
        t = noise_levels(len(sounds), rng).to(device())
        noised, velocity = diffusion.add_noise(latent, torch.randn_like(latent), t)
        rehearsed = (predict(model, noised.contiguous(memory_format=torch.channels_last), t.float(), c) - velocity).square().mean()
        (config.rehearsal * rehearsed).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        losses.append((distilled.item(), rehearsed.item()))
        if run.step % config.save_every == 0 or run.step == config.steps:
            run.log(**dict(zip(("distilled", "rehearsed"), np.mean(losses, axis=0))))
            losses.clear()
            run.save()
    return ema.module


@torch.no_grad()
def sample_few(model: UNet, c: Conditioning, noise: Tensor) -> Tensor:
    """Latents [B, 8, T, 16] in four evaluations."""
    x = noise.to(device())
    for stride in strides():
        t, signal, sigma, next_signal, next_sigma = stride
        v = predict(model, x, torch.full((len(x),), t + MODE_OFFSET, device=x.device), c)
        x = next_signal * (signal * x - sigma * v) + next_sigma * (sigma * x + signal * v)
    return x


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    parser.add_argument("--paths", type=int, default=Config.paths)
    parser.add_argument("--teacher", default=RELEASED, help="the run whose paths are learnt")
    arguments = parser.parse_args()
    config = Config(steps=arguments.steps, decay_from=arguments.steps * 5 // 8, paths=arguments.paths)
    train(config, Features(), augment.load(), teacher_run=arguments.teacher)
