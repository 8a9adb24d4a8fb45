"""Train CLAP's two heads: symmetric InfoNCE over captions and sounds, while caption-to-caption similarity is kept.

The second term matters because a captioned neighbour is found by its caption: distances between captions in the
joint space should stay those of MiniLM, which knows far more words than this corpus does.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from refoley_training.models import minilm
from refoley_training.models.clap import CLAP, TextHead
from refoley_training.phrasing import phrasings
from refoley_training.train.common import RUNS, Ema, Features, Run, cosine_rate, device, set_rate


@dataclass
class Config:
    steps: int = 400  # recall on unseen groups peaks here
    batch: int = 256
    rate: float = 1e-3
    keep_text: float = 10.0  # weight of the caption-to-caption term
    ema: float = 0.99
    seed: int = 0


def pooled(texts: list[str]) -> Tensor:
    """MiniLM's pooled embedding [n, 384]."""
    parts = (minilm.encode(texts[start : start + 512]) for start in range(0, len(texts), 512))
    return torch.cat([TextHead.pool(torch.from_numpy(states), torch.from_numpy(mask)) for states, mask in parts])


def caption_features(features: Features) -> tuple[Tensor, Tensor]:
    """Pooled embedding [n, 384] of every caption, and an id [n] that equal captions share."""
    unique, index = np.unique([sound.caption for sound in features.sounds], return_inverse=True)
    return pooled(list(unique))[torch.from_numpy(index)], torch.from_numpy(index)


def phrasing_features(features: Features) -> tuple[Tensor, Tensor]:
    """Pooled embeddings [phrasings, 384] of all phrasings, sound after sound, and where each sound's begin [n + 1]."""
    said = [phrasings(sound.caption, sound.category) for sound in features.sounds]
    unique, index = np.unique([text for texts in said for text in texts], return_inverse=True)
    return pooled(list(unique))[torch.from_numpy(index)], torch.tensor(np.cumsum([0, *map(len, said)]))


def train(config: Config, features: Features, run_root: Path = RUNS) -> CLAP:
    torch.manual_seed(config.seed)
    text, caption_id = caption_features(features)
    said, said_from = phrasing_features(features)
    tower = torch.from_numpy(np.array(features.array("tower")))
    rows = torch.from_numpy(features.rows("train"))
    model = CLAP()
    model.text.head.mean.copy_(text[rows].mean(0))
    model.audio.mean.copy_(tower[rows].mean(0))
    model.to(device())
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(model.parameters(), config.rate, weight_decay=0.05)
    state = {"model": model, "ema": ema.module, "optimizer": optimizer}
    run = Run("clap", config, state, run_root)
    text, tower, caption_id, said = (x.to(device()) for x in (text, tower, caption_id, said))
    while run.step < config.steps:
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + run.step)
        picks = rows[torch.randint(len(rows), (config.batch,), generator=generator)]
        counts = said_from[picks + 1] - said_from[picks]
        asked = said[said_from[picks] + (torch.rand(config.batch, generator=generator) * counts).long()]
        batch = picks.to(device())
        set_rate(optimizer, cosine_rate(run.step, config.steps, config.rate, 50))
        # A little noise on the frozen embeddings: the heads see each sound hundreds of times.
        noisy = tower[batch] * (1 + 0.1 * torch.randn_like(tower[batch]))
        words, sounds = model.text.head(asked), model.audio(noisy)
        logits = model.log_scale.exp().clamp(max=100) * words @ sounds.T
        # Sounds that share a caption are all right answers.
        target = (caption_id[batch][:, None] == caption_id[batch][None]).float()
        target = target / target.sum(1, keepdim=True)
        contrast = (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
        kept = F.mse_loss(words @ words.T, asked @ asked.T)
        (contrast + config.keep_text * kept).backward()
        optimizer.step()
        optimizer.zero_grad()
        ema.update(model, run.step)
        run.step += 1
        if run.step % 100 == 0 or run.step == config.steps:
            run.log(contrast=contrast.item(), kept=kept.item(), **recall(ema.module, text, tower, caption_id, features.rows("validation")))
            run.save()
    return ema.module


@torch.no_grad()
def recall(model: CLAP, text: Tensor, tower: Tensor, caption_id: Tensor, rows: np.ndarray) -> dict[str, float]:
    """Text-to-audio recall over one split: is a sound with this caption among the first 1 / 10?"""
    picks = torch.from_numpy(rows).to(device())
    similarity = model.text.head(text[picks]) @ model.audio(tower[picks]).T
    order = similarity.argsort(dim=1, descending=True)
    hits = caption_id[picks][order] == caption_id[picks][:, None]
    return {"recall_1": hits[:, :1].any(1).float().mean().item(), "recall_10": hits[:, :10].any(1).float().mean().item()}


@torch.no_grad()
def similarity_statistics(model: CLAP, features: Features, rows: np.ndarray, sounds: Tensor) -> dict[str, dict[str, float]]:
    """Mean and standard deviation of the cosine of unrelated pairs, for the manifest's `similarity`. sounds [rows, 512]."""
    words = model.text.head(caption_features(features)[0][rows])
    off = ~torch.eye(len(rows), dtype=torch.bool)
    pairs = {"textToText": (words @ words.T)[off], "textToAudio": (words @ sounds.T)[off]}
    return {name: {"mean": round(v.mean().item(), 5), "std": round(v.std().item(), 5)} for name, v in pairs.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=Config.steps)
    train(Config(steps=parser.parse_args().steps), Features())
