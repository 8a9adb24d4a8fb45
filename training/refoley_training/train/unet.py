"""Train Re-AudioLDM's UNet on latents, with text and retrieval dropped independently and with 1 to 10 neighbours.

Most of the time the neighbours are the nearest captions, as at inference; for the rest they are drawn from the
paper's top 50 by how alike they sound, and one of them may be another version of the sound itself (variants.py): a model
whose neighbours are informative learns to listen to them.

A batch is cut into three lengths. Most sounds go where they just fit, for most effects last a second, and time spent on
silence is time not spent on sound; they are told their length. The others go anywhere and are told nothing, so that an
open length means "as long as such sounds are", whatever the window.
"""

import argparse
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from torch import Tensor

from refoley_training import augment, diffusion
from refoley_training.audio import SAMPLE_RATE
from refoley_training.models import audiomae, minilm
from refoley_training.models.unet import FRAME_SECONDS, MASKED, UNet, UNetConfig
from refoley_training.train.common import RUNS, Ema, Features, Run, autocast, constant_then_decay, device, set_rate
from refoley_training.variants import VERSIONS

RELEASED = "unet-release"  # the run that is exported: a copy of the plateau's whose rate has fallen to nothing
STEPS, GUIDANCE, LIBRARY_GUIDANCE = 20, 4.5, 4.0  # of the pack's defaults, chosen on the validation split
CANDIDATES = 2  # made of each take, of which the best is kept
LENGTHS = (32, 64, 128)  # latent frames: 1.28, 2.56 and 5.12 s
# Every new shape costs a processor's kernels a compilation, so steps differ in little: the number of sounds of each
# length (as they occur), of neighbours and of text tokens.
SHARES = (0.44, 0.38, 0.18)
NEIGHBOURS, NEIGHBOUR_SHARES = (1, 3, 5, 10), (0.3, 0.35, 0.25, 0.1)
TEXT_LENGTHS = (12, 24, minilm.TOKENS)


@dataclass
class Dropping:
    """Shares of a batch from which text and retrieval are withheld, so that either can be turned up at inference."""

    drop_both: float = 0.08
    drop_text: float = 0.17
    drop_retrieval: float = 0.12
    drop_modality: float = 0.1  # of each


@dataclass
class Config(Dropping):
    steps: int = 9000
    decay_from: int = 7500
    batch: int = 64
    rate: float = 5e-4
    derived: float = 0.25  # share of compositions and rooms
    retrieval: bool = True
    open_length: float = 0.4  # share of sounds in any window, their length not told
    cropped: float = 0.5  # share of other 5.12 s windows cut to 2.56 s
    from_middle: float = 0.25  # share of sounds beyond their window that are heard from the middle
    by_likeness: float = 0.4  # share of sounds whose neighbours are drawn by likeness
    likeness_temperature: float = 0.05
    versions: float = 0.4  # share of sounds with another version of themselves among their neighbours
    ema: float = 0.9995
    seed: int = 0
    save_every: int = 200


@dataclass
class Conditioning:
    text_embedding: Tensor  # [B, 512]
    seconds: Tensor  # [B]
    audio_tokens: Tensor  # [B, K, 32, 256]
    text_tokens: Tensor  # [B, K, L, 384]
    token_bias: Tensor  # [B, K, 32 + L]

    def rows(self, index: slice) -> "Conditioning":
        return Conditioning(*(getattr(self, field.name)[index] for field in fields(self)))

    def drop(self, no_text: np.ndarray, modality: np.ndarray, config: Dropping) -> None:
        """Withholds the text where told, the neighbours' sounds where `modality` [B] is near 0 and their captions where it is near 1."""
        self.token_bias[torch.from_numpy(modality < config.drop_modality), :, : audiomae.TOKENS] = MASKED
        self.token_bias[torch.from_numpy(modality > 1 - config.drop_modality), :, audiomae.TOKENS :] = MASKED
        self.text_embedding[torch.from_numpy(no_text)] = 0


class Targets:
    """The sounds of one features folder, as the UNet is to make them.

    sources [n, s]: the library sounds that each is made of, -1 for none.
    """

    def __init__(self, features: Features, sources: np.ndarray):
        self.sources = sources
        self.latents = features.array("latents")
        self.silence = np.load(features.folder / "silence.npy")
        names = ("latent_offsets", "prompts", "prompt_offsets", "neighbours", "neighbour_likeness")
        self.offsets, self.prompts, self.prompt_offsets, self.neighbours, self.likeness = (np.array(features.array(n)) for n in names)
        self.seconds = np.diff(features.offsets) / SAMPLE_RATE

    def frames(self, row: int) -> int:
        """How long a sound lasts, in latent frames."""
        return int(self.offsets[row + 1] - self.offsets[row])

    def latent(self, row: int, frames: int, start: int = 0, copy: int = 0) -> np.ndarray:
        """[8, frames, 16] from `start` frames after the onset; `copy` 1 is shifted by half a frame."""
        first, end = self.offsets[row] + start, self.offsets[row + 1]
        part = self.latents[copy, first : min(end, first + frames)].astype("float32")
        out = np.tile(self.silence, (frames, 1, 1))
        out[: len(part)] = part
        return out.transpose(1, 0, 2)

    def prompt(self, row: int, rng: np.random.Generator | None = None) -> np.ndarray:
        """CLAP embedding [512] of the caption, or (half of the time, given an rng) of another phrasing."""
        first, end = self.prompt_offsets[row : row + 2]
        other = rng is not None and rng.random() < 0.5
        return self.prompts[rng.integers(first, end) if other and rng else first].astype("float32")

    def pick(self, row: int, k: int, library: int, config: Config, rng: np.random.Generator) -> np.ndarray:
        """k neighbours for training, nearest caption first: rows of the library, and versions of them beyond its size."""
        if rng.random() < config.by_likeness:
            logits = self.likeness[row].astype("float64") / config.likeness_temperature
            chance = np.exp(logits - logits.max())
            order = np.sort(rng.choice(len(chance), k, replace=False, p=chance / chance.sum()))
        else:
            order = np.sort(rng.choice(min(2 * k + 2, self.neighbours.shape[1]), k, replace=False))
        picked = self.neighbours[row][order]
        if rng.random() < config.versions:
            own = rng.permutation(self.sources[row][self.sources[row] >= 0])[:k]
            picked[rng.permutation(k)[: len(own)]] = own + library * rng.integers(1, VERSIONS + 1, len(own))
        return picked


@dataclass(frozen=True)
class Drawn:
    """A sound to train on, and whether its length is told."""

    targets: Targets
    row: int
    told: bool


class Dataset:
    def __init__(self, features: Features, derived: Features | None = None):
        self.features = features
        self.own = Targets(features, np.arange(len(features))[:, None])
        self.derived = Targets(derived, np.array(derived.array("sources"))) if derived else None
        self.audio_tokens, self.version_tokens = features.array("audio_tokens"), features.array("version_tokens")
        self.text_tokens = features.array("text_tokens")
        self.text_lengths, self.caption = np.array(features.array("text_lengths")), np.array(features.array("caption_index"))

    def conditioning(self, prompts: np.ndarray, seconds: np.ndarray, neighbours: np.ndarray) -> Conditioning:
        """prompts [B, 512], seconds [B] (0: unknown), neighbours [B, K] rows or versions, -1 where absent."""
        captions = self.caption[neighbours.clip(min=0) % len(self.features)]
        length = next(size for size in TEXT_LENGTHS if size >= self.text_lengths[captions].max())
        batch, k = neighbours.shape
        bias = np.zeros((batch, k, audiomae.TOKENS + length), "float32")
        beyond = np.arange(length) >= self.text_lengths[captions][..., None]
        bias[:, :, audiomae.TOKENS :][beyond] = MASKED
        bias[neighbours < 0] = MASKED
        audio = np.stack([self.heard(n) for n in neighbours.clip(min=0).ravel()]).reshape(batch, k, audiomae.TOKENS, -1)
        text = self.text_tokens[captions.ravel()][:, :length].reshape(batch, k, length, -1)
        arrays = (prompts, seconds, audio, text, bias)
        return Conditioning(*(torch.from_numpy(array.astype("float32")).to(device()) for array in arrays))

    def heard(self, neighbour: int) -> np.ndarray:
        """AudioMAE tokens [32, 256] of a row of the library or a version of one."""
        size = len(self.features)
        return self.audio_tokens[neighbour] if neighbour < size else self.version_tokens[neighbour - size]

    def captioned(self, rows: np.ndarray, neighbours: np.ndarray) -> Conditioning:
        """What generating these sounds' captions is given, length left open."""
        return self.conditioning(np.stack([self.own.prompt(row) for row in rows]), np.zeros(len(rows)), neighbours)

    def draw(self, chance: np.ndarray, rows: np.ndarray, config: Config, rng: np.random.Generator) -> list[list[Drawn]]:
        """One step's sounds, a list for each of LENGTHS."""
        quota = [round(share * config.batch) for share in SHARES]
        drawn: list[list[Drawn]] = [[] for _ in LENGTHS]
        for row in rng.choice(rows, 4 * config.batch, p=chance):
            targets = self.own
            if self.derived is not None and rng.random() < config.derived:
                targets, row = self.derived, int(rng.integers(len(self.derived.seconds)))
            told = rng.random() >= config.open_length
            fit = int(np.searchsorted(LENGTHS[:-1], targets.frames(row))) if told else int(rng.choice(len(LENGTHS), p=SHARES))
            if told and fit == 2 and rng.random() < config.cropped:
                fit = 1
            if len(drawn[fit]) < quota[fit]:
                drawn[fit].append(Drawn(targets, int(row), told))
        return drawn

    def batch(self, drawn: list[Drawn], frames: int, config: Config, rng: np.random.Generator) -> tuple[Tensor, Conditioning]:
        k, count = int(rng.choice(NEIGHBOURS, p=NEIGHBOUR_SHARES)), len(drawn)
        told = np.array([d.told for d in drawn])
        spare = np.array([d.targets.frames(d.row) - frames for d in drawn])
        start = np.where(told & (rng.random(count) < config.from_middle), rng.integers(0, spare.clip(min=0) + 1), 0)
        latents = [d.targets.latent(d.row, frames, int(at), int(rng.integers(2))) for d, at in zip(drawn, start)]
        seconds = told * (np.array([d.targets.seconds[d.row] for d in drawn]) - start * FRAME_SECONDS).clip(min=FRAME_SECONDS)
        neighbours = np.stack([d.targets.pick(d.row, k, len(self.features), config, rng) for d in drawn])
        no_text, no_retrieval = fates(count, config, rng)
        neighbours[no_retrieval | (not config.retrieval)] = -1
        c = self.conditioning(np.stack([d.targets.prompt(d.row, rng) for d in drawn]), seconds, neighbours)
        c.drop(no_text, rng.random(count), config)
        return torch.from_numpy(np.stack(latents)).to(device()), c


def fates(count: int, config: Dropping, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Which of a batch are made without the text, and which without neighbours. Each [count]"""
    fate, both = rng.random(count), config.drop_both
    no_text = fate < both + config.drop_text
    no_retrieval = (fate < both) | ((fate >= both + config.drop_text) & (fate < both + config.drop_text + config.drop_retrieval))
    return no_text, no_retrieval


def noise_levels(count: int, rng: np.random.Generator) -> Tensor:
    """Timesteps to train at, crowded like those of sampling. [count]"""
    return torch.from_numpy((diffusion.TIMESTEPS * diffusion.shifted(rng.random(count))).astype("int64"))


def predict(model: UNet, noised: Tensor, timestep: Tensor, c: Conditioning) -> Tensor:
    with autocast():
        velocity, _ = model(noised, timestep, c.text_embedding, c.seconds, c.audio_tokens, c.text_tokens, c.token_bias, False)
    return velocity.float()


def train(
    config: Config, features: Features, derived: Features | None = None, unet: UNetConfig = UNetConfig(), run_root: Path = RUNS, name: str = "unet"
) -> UNet:  # fmt: skip
    torch.manual_seed(config.seed)
    data = Dataset(features, derived)
    rows = features.rows("train", "AB")
    chance = features.chance(rows)
    model = UNet(unet).to(device(), memory_format=torch.channels_last)
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    state = {"model": model, "ema": ema.module, "optimizer": optimizer}
    run = Run(name, config, state, run_root)
    losses: list[float] = []
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        set_rate(optimizer, constant_then_decay(run.step, config.steps, config.decay_from, config.rate, 300))
        drawn, loss = data.draw(chance, rows, config, rng), 0.0
        for frames, sounds in zip(LENGTHS, drawn):
            if not sounds:
                continue
            latent, c = data.batch(sounds, frames, config, rng)
            timestep = noise_levels(len(sounds), rng).to(device())
            noised, velocity = diffusion.add_noise(latent, torch.randn_like(latent), timestep)
            prediction = predict(model, noised.contiguous(memory_format=torch.channels_last), timestep.float(), c)
            part = (prediction - velocity).square().mean() * (len(sounds) / config.batch)
            part.backward()
            loss += part.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        losses.append(loss)
        if run.step % config.save_every == 0 or run.step == config.steps:
            held = held_losses(ema.module, data, features.rows("validation", "AB"))
            run.log(loss=float(np.mean(losses)), **held)
            losses.clear()
            run.save()
    return ema.module


def held_losses(model: UNet, data: Dataset, rows: np.ndarray, limit: int = 128) -> dict[str, float]:
    """Validation loss at fixed noise with no retrieval, with the three nearest captions, and with a stranger's three.

    `held_k3 < held_k0` says that neighbours help; `held_wrong > held_k3` that it matters whose they are.
    """
    rng, rows = np.random.default_rng(0), rows[:limit]
    timestep = noise_levels(len(rows), rng)
    near = data.own.neighbours[rows][:, :3]
    kinds = {"held_k0": np.full_like(near, -1), "held_k3": near, "held_wrong": rng.permutation(near)}
    return losses_beside(model, data, rows, timestep, kinds)


@torch.no_grad()
def losses_beside(
    model: UNet, data: Dataset, rows: np.ndarray, timestep: Tensor, kinds: dict[str, np.ndarray], frames: int = 64
) -> dict[str, float]:  # fmt: skip
    """Mean squared error of the velocity by who the neighbours [rows, k] are; lengths left open, noise always the same."""
    latent = torch.from_numpy(np.stack([data.own.latent(row, frames) for row in rows]))
    noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(0))
    noised, velocity = (x.to(device()) for x in diffusion.add_noise(latent, noise, timestep))

    def loss(neighbours: np.ndarray) -> float:
        prediction = predict(model, noised, timestep.float().to(device()), data.captioned(rows, neighbours))
        return (prediction - velocity).square().mean().item()

    return {name: loss(neighbours) for name, neighbours in kinds.items()}


Sampler = Callable[[Callable[[Tensor, Tensor], Tensor], Tensor, int], Tensor]


@torch.no_grad()
def sample(
    model: UNet, c: Conditioning, noise: Tensor, guidance: float, library_guidance: float,
    steps: int = STEPS, sampler: Sampler = diffusion.dpmpp, chunk: int = 32,
) -> Tensor:  # fmt: skip
    """Latents [B, 8, T, 16]: v00 + guidance (vt0 - v00) + library_guidance (vtr - vt0); branches of weight 0 are not run."""
    return torch.cat([
        sampler(guided(partial(predict, model), c.rows(slice(start, start + chunk)), guidance, library_guidance), noise[start : start + chunk].to(device()), steps)
        for start in range(0, len(noise), chunk)
    ])  # fmt: skip


def guided(
    predict: Callable[[Tensor, Tensor, Conditioning], Tensor], full: Conditioning, guidance: float, library_guidance: float
) -> Callable[[Tensor, Tensor], Tensor]:  # fmt: skip
    """What a model predicts with two guidance weights, from what it predicts under one condition."""
    # Nobody listens to the library in two of three branches: one masked neighbour stands for all of them.
    alone = replace(
        full, audio_tokens=full.audio_tokens[:, :1], text_tokens=full.text_tokens[:, :1], token_bias=torch.full_like(full.token_bias[:, :1], MASKED)
    )
    free = replace(alone, text_embedding=torch.zeros_like(full.text_embedding))
    library = library_guidance if bool((full.token_bias > MASKED / 2).any()) else 0.0
    terms = [(1 - guidance, free), (guidance - library, alone), (library, full)]

    def prediction(x: Tensor, t: Tensor) -> Tensor:
        return sum((weight * predict(x, t, c) for weight, c in terms if weight != 0), torch.zeros_like(x))

    return prediction


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    parser.add_argument("--decay-from", type=int, default=Config.decay_from, help="the step from which the rate falls to nothing")
    parser.add_argument("--ema", type=float, default=Config.ema, help="decay of the averaged weights; short for a falling rate, which averages by itself")
    parser.add_argument("--name", default="unet", help="of the run")
    parser.add_argument("--alone", action="store_true", help="a baseline that never sees a neighbour")
    parser.add_argument("--derived", type=float, default=Config.derived, help="share of compositions and rooms")
    arguments = parser.parse_args()
    config = Config(
        steps=arguments.steps, decay_from=arguments.decay_from, ema=arguments.ema, retrieval=not arguments.alone, derived=arguments.derived
    )  # fmt: skip
    train(config, Features(), augment.load(), name=arguments.name)
