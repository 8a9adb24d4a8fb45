"""Train Re-AudioLDM at one of the paper's sizes on what refoley_training.realdm.prepare made.

  python -m refoley_training.realdm.train --size s --audioldm DIR                                one GPU
  torchrun --nproc_per_node 8 -m refoley_training.realdm.train --size l --audioldm DIR           eight

The paper's loss (epsilon), rate and batch, on clips of 10.24 s. Each step has its own number of neighbours, up to 10, so that
one model serves any; text and retrieval are withheld independently, for the two guidance weights.
"""

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler
from torch import Tensor, nn
from torch.distributed import barrier, destroy_process_group, get_rank, get_world_size, init_process_group, is_initialized
from torch.nn.parallel import DistributedDataParallel

from refoley_training.realdm import public
from refoley_training.realdm.config import MAX_NEIGHBOURS, SCHEDULER, SIZES, Size
from refoley_training.realdm.data import Data
from refoley_training.realdm.model import ReAudioLDM
from refoley_training.realdm.prepare import FOLDER
from refoley_training.train.common import RUNS, Ema, Run, autocast, device, set_rate
from refoley_training.train.unet import Conditioning, Dropping, fates

EPOCHS = 80


@dataclass
class Config(Dropping):
    steps: int = 920_000  # 80 passes over 46,000 clips in batches of 4
    batch: int = 4  # of each process
    rate: float = 5e-5
    warmup: int = 1000
    k: int = MAX_NEIGHBOURS
    ema: float = 0.9999
    seed: int = 0
    save_every: int = 5000
    checkpointing: bool = False  # activations are computed twice and not kept


def drawn(data: Data, rows: np.ndarray, config: Config, rng: np.random.Generator) -> tuple[Tensor, Conditioning]:
    """Latents [B, 8, 256, 16] and what is told of them."""
    chosen = rng.choice(rows, config.batch)
    captions = data.captions(chosen)
    neighbours = np.array(data.nearest(captions, int(rng.integers(1, config.k + 1))))
    no_text, no_retrieval = fates(config.batch, config, rng)
    neighbours[no_retrieval] = -1
    condition = data.conditioning(captions, neighbours)
    condition.drop(no_text, rng.random(config.batch), config)
    return data.latent(chosen), condition


def predict(model: nn.Module, noised: Tensor, timestep: Tensor, c: Conditioning) -> Tensor:
    """Epsilon."""
    with autocast():
        epsilon, _ = model(noised, timestep, c.text_embedding, c.audio_tokens, c.text_tokens, c.token_bias, False)
    return epsilon.float()


class Training:
    """A model with what it takes to make a step of it."""

    def __init__(self, config: Config, size: Size, data: Data, audioldm: Path | None = None):
        self.rank = get_rank() if is_initialized() else 0
        torch.manual_seed(config.seed)
        self.config, self.data, self.rows, self.scheduler = config, data, data.rows("train"), DDIMScheduler(**SCHEDULER)
        self.model = ReAudioLDM(replace(size, audio=data.audio_tokens.shape[-1], text=data.text_tokens.shape[-1])).to(device())
        if config.checkpointing:
            self.model.unet.enable_gradient_checkpointing()
        if audioldm:
            report = public.fill(self.model.unet, public.read(audioldm / "unet"))
            print(f"UNet: {report}", flush=True)
        self.ema = Ema(self.model, config.ema)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), config.rate, weight_decay=0.01, fused=True)
        self.shared = DistributedDataParallel(self.model) if is_initialized() else self.model

    def step(self, number: int) -> float:
        """One step; returns its loss. What it draws depends on the number alone."""
        rng = np.random.default_rng([self.config.seed, number, self.rank])
        set_rate(self.optimizer, self.config.rate * min(1.0, (number + 1) / self.config.warmup))
        latent, condition = drawn(self.data, self.rows, self.config, rng)
        timestep = torch.from_numpy(rng.integers(self.scheduler.config.num_train_timesteps, size=self.config.batch)).to(device())
        noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(int(rng.integers(2**62)))).to(device())
        epsilon = predict(self.shared, self.scheduler.add_noise(latent, noise, timestep), timestep, condition)
        loss = (epsilon - noise).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.ema.update(self.model, number)
        return loss.item()


def train(config: Config, size: Size, data: Data, audioldm: Path | None = None, run_root: Path = RUNS, name: str = "re-audioldm") -> nn.Module:
    """Goes on where it was. Under torchrun every process has its own clips, and the first one saves."""
    training = Training(config, size, data, audioldm)
    average = training.ema.module
    run = Run(name, config, {"model": training.model, "ema": average, "optimizer": training.optimizer}, run_root)
    losses: list[float] = []
    while run.step < config.steps:
        losses.append(training.step(run.step))
        run.step += 1
        if run.step % config.save_every == 0 or run.step == config.steps:
            if training.rank == 0:
                run.log(loss=float(np.mean(losses)), **held_losses(average, data, training.scheduler, config.batch))
                run.save()
            if is_initialized():
                barrier()  # nobody goes on alone, lest the first one's next message time out
            losses.clear()
    return average


@torch.no_grad()
def held_losses(model: nn.Module, data: Data, scheduler: DDIMScheduler, batch: int, limit: int = 128, k: int = 3) -> dict[str, float]:
    """Validation loss at fixed noise with no neighbours, with the nearest three, and with a stranger's three."""
    rows, rng = data.rows("val")[:limit], np.random.default_rng(0)
    captions = data.captions(rows)
    near = np.array(data.nearest(captions, k))
    kinds = {"held_k0": np.full_like(near, -1), "held_k3": near, "held_wrong": rng.permutation(near)}
    timestep = torch.from_numpy(rng.integers(scheduler.config.num_train_timesteps, size=len(rows)))
    noise = torch.randn((len(rows), *data.latents.shape[1:]), generator=torch.Generator().manual_seed(0))
    sums = dict.fromkeys(kinds, 0.0)
    for part in np.array_split(np.arange(len(rows)), -(-len(rows) // batch)) if len(rows) else []:
        latent, target, at = data.latent(rows[part]), noise[part].to(device()), timestep[part].to(device())
        noised = scheduler.add_noise(latent, target, at)
        for kind, neighbours in kinds.items():
            epsilon = predict(model, noised, at, data.conditioning(captions[part], neighbours[part]))
            sums[kind] += (epsilon - target).square().mean().item() * len(part) / len(rows)
    return sums


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--audioldm", type=Path, help="a published AudioLDM to begin from (S has the shapes of -s-full)")
    parser.add_argument("--name", help="of the run; re-audioldm-s or -l unless given")
    parser.add_argument("--batch", type=int, default=Config.batch, help="clips of each process and step")
    parser.add_argument("--steps", type=int, help=f"{EPOCHS} passes over the clips unless given")
    parser.add_argument("--rate", type=float, default=Config.rate)
    parser.add_argument("--neighbours", type=int, default=Config.k, help="at most")
    parser.add_argument("--checkpointing", action="store_true", help="half the memory, a third more time")
    parser.add_argument("--save-every", type=int, default=Config.save_every)
    given = parser.parse_args()
    if "LOCAL_RANK" in os.environ:
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        init_process_group()
    data = Data(given.data)
    together = given.batch * (get_world_size() if is_initialized() else 1)
    steps = given.steps or EPOCHS * len(data.rows("train")) // together
    config = Config(
        steps=steps, batch=given.batch, rate=given.rate, k=given.neighbours, checkpointing=given.checkpointing, save_every=given.save_every
    )  # fmt: skip
    train(config, SIZES[given.size], data, given.audioldm, name=given.name or f"re-audioldm-{given.size}")
    if is_initialized():
        destroy_process_group()
