"""Train Re-AudioLDM's UNet on latents, with text and retrieval dropped independently and k drawn from 0 to 5.

Half of the time the neighbours are the nearest captions, as at inference; the other half they are drawn from the
paper's top 50 by how alike they sound: a model whose neighbours are informative learns to listen to them.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from refoley_training import diffusion
from refoley_training.models import audiomae
from refoley_training.models.unet import MASKED, UNet, UNetConfig
from refoley_training.train.common import RUNS, Ema, Features, Run, autocast, cosine_rate, device, set_rate


@dataclass
class Config:
    steps: int = 3000
    batch: int = 32
    frames: int = 64  # latent frames: 2.56 s
    long_frames: int = 128  # 5.12 s, with half the batch
    long_share: float = 0.25
    rate: float = 6e-4
    max_k: int = 5
    drop_text: float = 0.25
    drop_retrieval: float = 0.15
    drop_modality: float = 0.1  # of each
    by_likeness: float = 0.5  # share of batches whose neighbours are drawn by likeness
    likeness_temperature: float = 0.07
    ema: float = 0.9995
    seed: int = 0
    save_every: int = 250


@dataclass
class Conditioning:
    text_embedding: Tensor  # [B, 512]
    audio_tokens: Tensor  # [B, K, 32, 256]
    text_tokens: Tensor  # [B, K, L, 384]
    token_bias: Tensor  # [B, K, 32 + L]


class Dataset:
    def __init__(self, features: Features):
        self.features = features
        names = ("latents", "audio_tokens", "text_tokens")
        self.latents, self.audio_tokens, self.text_tokens = (features.array(name) for name in names)
        names = ("latent_offsets", "text_lengths", "caption_index", "clap_text", "neighbours", "neighbour_likeness")
        self.offsets, self.text_lengths, self.caption, self.clap, self.neighbours, self.likeness = (
            np.array(features.array(name)) for name in names
        )
        self.silence = np.load(features.folder / "silence.npy")

    def latent(self, row: int, frames: int, rng: np.random.Generator | None = None) -> np.ndarray:
        """[8, frames, 16]: from the onset, or (half of the time, given an rng) from anywhere in a longer sound."""
        start, end = self.offsets[row], self.offsets[row + 1]
        spare = end - start - frames
        if rng is not None and spare > 0 and rng.random() < 0.5:
            start += rng.integers(spare + 1)
        part = self.latents[start : min(end, start + frames)].astype("float32")
        out = np.tile(self.silence, (frames, 1, 1))
        out[: len(part)] = part
        return out.transpose(1, 0, 2)

    def pick(self, row: int, k: int, config: Config, rng: np.random.Generator) -> np.ndarray:
        """k neighbour rows for training, nearest caption first."""
        if rng.random() < config.by_likeness:
            logits = self.likeness[row].astype("float64") / config.likeness_temperature
            chance = np.exp(logits - logits.max())
            order = np.sort(rng.choice(len(chance), k, replace=False, p=chance / chance.sum()))
        else:
            order = np.sort(rng.choice(2 * k + 2, k, replace=False))
        return self.neighbours[row][order]

    def conditioning(self, rows: np.ndarray, neighbours: np.ndarray) -> Conditioning:
        """neighbours [B, K], -1 where absent."""
        captions = self.caption[neighbours.clip(min=0)]
        length = max(4, int(self.text_lengths[captions].max()))
        batch, k = neighbours.shape
        bias = np.zeros((batch, k, audiomae.TOKENS + length), "float32")
        beyond = np.arange(length) >= self.text_lengths[captions][..., None]
        bias[:, :, audiomae.TOKENS :][beyond] = MASKED
        bias[neighbours < 0] = MASKED
        audio = self.audio_tokens[neighbours.clip(min=0).ravel()].reshape(batch, k, audiomae.TOKENS, -1)
        text = self.text_tokens[captions.ravel()][:, :length].reshape(batch, k, length, -1)
        arrays = (self.clap[rows], audio.astype("float32"), text.astype("float32"), bias)
        return Conditioning(*(torch.from_numpy(array).to(device()) for array in arrays))

    def batch(self, rows: np.ndarray, frames: int, config: Config, rng: np.random.Generator) -> tuple[Tensor, Conditioning]:
        k = int(rng.integers(1, config.max_k + 1))
        neighbours = np.stack([self.pick(row, k, config, rng) for row in rows])
        neighbours[rng.random(len(rows)) < config.drop_retrieval] = -1
        conditioning = self.conditioning(rows, neighbours)
        modality = rng.random(len(rows))
        conditioning.token_bias[torch.from_numpy(modality < config.drop_modality), :, : audiomae.TOKENS] = MASKED
        conditioning.token_bias[torch.from_numpy(modality > 1 - config.drop_modality), :, audiomae.TOKENS :] = MASKED
        conditioning.text_embedding[torch.from_numpy(rng.random(len(rows)) < config.drop_text)] = 0
        latents = np.stack([self.latent(row, frames, rng) for row in rows])
        return torch.from_numpy(latents).to(device()), conditioning


def train(config: Config, features: Features, unet: UNetConfig = UNetConfig(), run_root: Path = RUNS, name: str = "unet") -> UNet:
    torch.manual_seed(config.seed)
    data = Dataset(features)
    rows = features.rows("train", "AB")
    counts = np.bincount(data.caption[rows])[data.caption[rows]]
    chance = counts**-0.5 / (counts**-0.5).sum()  # a caption with fifty variants must not drown the rare ones
    model = UNet(unet).to(device(), memory_format=torch.channels_last)
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, betas=(0.9, 0.99), weight_decay=0.01)
    state = {"model": model, "ema": ema.module, "optimizer": optimizer}
    run = Run(name, config, state, run_root)
    total = 0.0
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        long = rng.random() < config.long_share
        picks = rng.choice(rows, config.batch // 2 if long else config.batch, p=chance)
        latent, c = data.batch(picks, config.long_frames if long else config.frames, config, rng)
        timestep = torch.from_numpy(rng.integers(diffusion.TIMESTEPS, size=len(picks))).to(device())
        noised, velocity = diffusion.add_noise(latent, torch.randn_like(latent), timestep)
        noised = noised.contiguous(memory_format=torch.channels_last)
        set_rate(optimizer, cosine_rate(run.step, config.steps, config.rate, 200))
        with autocast():
            prediction, _ = model(noised, timestep.float(), c.text_embedding, c.audio_tokens, c.text_tokens, c.token_bias, False)
        loss = (prediction.float() - velocity).square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        total += loss.item()
        if run.step % config.save_every == 0 or run.step == config.steps:
            held = held_losses(ema.module, data, features.rows("validation", "AB"), config)
            run.log(loss=total / config.save_every, **held)
            total = 0.0
            run.save()
    return ema.module


@torch.no_grad()
def held_losses(model: UNet, data: Dataset, rows: np.ndarray, config: Config, limit: int = 128) -> dict[str, float]:
    """Validation loss at fixed noise with no retrieval, with the three nearest captions, and with a stranger's three.

    `held_k3 < held_k0` says that neighbours help; `held_wrong > held_k3` that it matters whose they are.
    """
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    rows = rows[:limit]
    latent = torch.from_numpy(np.stack([data.latent(row, config.frames) for row in rows]))
    noise = torch.randn(latent.shape, generator=generator)
    timestep = torch.randint(diffusion.TIMESTEPS, (len(rows),), generator=generator)
    noised, velocity = (x.to(device()) for x in diffusion.add_noise(latent, noise, timestep))
    near = data.neighbours[rows][:, :3]
    losses = {}
    for name, neighbours in (("k0", np.full_like(near, -1)), ("k3", near), ("wrong", rng.permutation(near))):
        c = data.conditioning(rows, neighbours)
        with autocast():
            prediction, _ = model(noised, timestep.float().to(device()), c.text_embedding, c.audio_tokens, c.text_tokens, c.token_bias, False)
        losses[f"held_{name}"] = (prediction.float() - velocity).square().mean().item()
    return losses


@torch.no_grad()
def sample(
    model: UNet, c: Conditioning, noise: Tensor, guidance: float, library_guidance: float, steps: int = 25, chunk: int = 32
) -> Tensor:
    """Latents [B, 8, T, 16] by DDIM: v00 + guidance (vt0 - v00) + library_guidance (vtr - vt0)."""

    def part(start: int) -> Tensor:
        s = slice(start, start + chunk)
        text, audio, words, bias = c.text_embedding[s], c.audio_tokens[s], c.text_tokens[s], c.token_bias[s]
        masked = torch.full_like(bias, MASKED)
        retrieval = bool((bias > MASKED / 2).any())

        def velocity(x: Tensor, t: Tensor) -> Tensor:
            with autocast():
                v00 = model(x, t, torch.zeros_like(text), audio, words, masked, False)[0].float()
                vt0 = model(x, t, text, audio, words, masked, False)[0].float()
                v = v00 + guidance * (vt0 - v00)
                if retrieval:
                    v = v + library_guidance * (model(x, t, text, audio, words, bias, False)[0].float() - vt0)
            return v

        return diffusion.ddim(velocity, noise[s], steps)

    return torch.cat([part(start) for start in range(0, len(noise), chunk)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    train(Config(steps=parser.parse_args().steps), Features())
