"""Tune the audio side of CLAP: aiSFX's last block and the audio head, against the text space that is there already.

The text head stays as it is: the UNet is conditioned on it, and captions are found by it. What the first three blocks
make of every sound is computed once. Each sound is asked for in another phrasing, moved by up to a quarter of a second,
with bands and moments hidden: there are few sounds and many steps.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training.models import aisfx
from refoley_training.models.clap import CLAP, AudioTower, Head
from refoley_training.train.clap import caption_features, phrasing_features
from refoley_training.train.common import RUNS, Ema, Features, Run, autocast, cosine_rate, device, has_run, load_weights


@dataclass
class Config:
    steps: int = 600
    batch: int = 192
    rate: float = 2e-4
    head_rate: float = 5e-4
    hidden_cells: int = 2  # of 12, in time and in frequency
    shift: int = 1  # cells of 186 ms
    ema: float = 0.99
    seed: int = 0


class TunedBlock(nn.Module):
    """aiSFX's last block with the head behind it."""

    def __init__(self, tower: aisfx.AiSFX, head: Head):
        super().__init__()
        self.block, self.head = tower.conv_block4, head

    def summary(self, maps: Tensor) -> Tensor:
        return aisfx.summarise(self.block, maps)


@torch.no_grad()
def write_maps(features: Features, chunk: int = 64) -> None:
    """tower_maps.npy, float16 [blocks, 256, 12, 12]."""
    tower, blocks = aisfx.load().to(device()), features.array("tower_mels")
    path = features.folder / "tower_maps.npy"
    out = np.lib.format.open_memmap(path.with_suffix(".tmp.npy"), "w+", "float16", (len(blocks), 256, 12, 12))
    for start in range(0, len(blocks), chunk):
        part = torch.from_numpy(blocks[start : start + chunk].astype("float32")).to(device())
        with autocast():
            out[start : start + chunk] = tower.maps(part).float().cpu().numpy()
    out.flush()
    path.with_suffix(".tmp.npy").rename(path)


def hide(maps: Tensor, config: Config, generator: torch.Generator) -> Tensor:
    """Maps [B, 256, 12, 12] moved in time and with a few moments and bands set to silence."""
    shift = int(torch.randint(-config.shift, config.shift + 1, (1,), generator=generator))
    maps = torch.roll(maps, shift, dims=2).clone()
    for dim in (2, 3):
        cells = torch.randint(12, (len(maps), config.hidden_cells), generator=generator)
        keep = torch.ones(len(maps), 12).scatter_(1, cells, 0.0).to(maps.device)
        maps = maps * (keep[:, None, :, None] if dim == 2 else keep[:, None, None, :])
    return maps


def train(config: Config, features: Features, run_root: Path = RUNS) -> TunedBlock:
    torch.manual_seed(config.seed)
    if not (features.folder / "tower_maps.npy").exists():
        write_maps(features)
    maps, offsets = features.array("tower_maps"), np.array(features.array("tower_offsets"))
    text, caption_id = caption_features(features)
    said, said_from = phrasing_features(features)
    clap = load_weights(CLAP(), "clap", root=run_root).to(device())
    model = TunedBlock(aisfx.load(), Head(512)).to(device())
    model.head.load_state_dict(clap.audio.state_dict())
    ema = Ema(model, config.ema)
    groups = [{"params": model.block.parameters()}, {"params": model.head.parameters()}]
    optimizer = torch.optim.AdamW(groups, config.rate, weight_decay=0.05)
    run = Run("clap_tower", config, {"model": model, "ema": ema.module, "optimizer": optimizer}, run_root)
    rows, scale = features.rows("train"), clap.log_scale.exp().clamp(max=100)
    while run.step < config.steps:
        rng = np.random.default_rng([config.seed, run.step])
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + run.step)
        picks = rng.choice(rows, config.batch, replace=len(rows) < config.batch)
        for group, rate in zip(optimizer.param_groups, (config.rate, config.head_rate)):
            group["lr"] = cosine_rate(run.step, config.steps, rate, 50)
        block = rng.integers(offsets[picks], offsets[picks + 1])
        heard = hide(torch.from_numpy(maps[block].astype("float32")), config, generator).to(device())
        model.train()
        model.block.eval()  # the published statistics of its norms stay
        with autocast():
            summary = model.summary(heard)
        sounds = model.head(summary.float())
        asked = said[said_from[picks] + torch.from_numpy(rng.integers((said_from[picks + 1] - said_from[picks]).numpy()))]
        words = clap.text.head(asked.to(device()))
        logits = scale * words @ sounds.T
        same = (caption_id[picks][:, None] == caption_id[picks][None]).float().to(device())
        target = same / same.sum(1, keepdim=True)
        loss = (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        if run.step % 100 == 0 or run.step == config.steps:
            run.log(contrast=loss.item(), **recall(ema.module, clap, features, text, caption_id, features.rows("validation")))
            run.save()
    return ema.module


@torch.no_grad()
def embed(model: TunedBlock, features: Features, rows: np.ndarray) -> Tensor:
    """CLAP embeddings [n, 512] of whole sounds, from their maps."""
    maps, offsets, out = features.array("tower_maps"), features.array("tower_offsets"), []
    for row in rows:
        blocks = torch.from_numpy(maps[offsets[row] : offsets[row + 1]].astype("float32")).to(device())
        out.append(model.summary(blocks).mean(0))
    return model.head(torch.stack(out)).cpu()


@torch.no_grad()
def recall(model: TunedBlock, clap: CLAP, features: Features, text: Tensor, caption_id: Tensor, rows: np.ndarray) -> dict[str, float]:
    """Over distinct captions of one split: is a sound with this caption among the first 1 / 10?"""
    first = np.unique(caption_id[rows].numpy(), return_index=True)[1]
    words = clap.text.head(text[rows[first]].to(device())).cpu()
    order = (words @ embed(model, features, rows).T).argsort(dim=1, descending=True)
    hits = caption_id[rows][order] == caption_id[rows[first]][:, None]
    return {"recall_1": hits[:, :1].any(1).float().mean().item(), "recall_10": hits[:, :10].any(1).float().mean().item()}


def sound_embeddings(features: Features, rows: np.ndarray, run_root: Path = RUNS) -> Tensor:
    """CLAP audio embeddings [n, 512] of whole sounds as the pack would make them."""
    ears = load_tower(run_root)
    if has_run("clap_tower", run_root):
        return embed(TunedBlock(ears.tower, ears.head).to(device()), features, rows)
    return ears.head(torch.from_numpy(features.array("tower")[rows]))


def load_tower(run_root: Path = RUNS) -> AudioTower:
    """The audio side as it ships: aiSFX, its last block tuned where that has been done, and the head that fits."""
    tower, head = aisfx.load(), load_weights(CLAP(), "clap", root=run_root).audio
    if has_run("clap_tower", run_root):
        tuned = load_weights(TunedBlock(tower, head), "clap_tower", root=run_root)
        tower.conv_block4, head = tuned.block, tuned.head
    return AudioTower(tower, head).eval().requires_grad_(False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    print(json.dumps({"parameters": sum(p.numel() for p in train(Config(steps=parser.parse_args().steps), Features()).parameters())}))
