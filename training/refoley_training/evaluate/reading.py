"""Does the UNet read its neighbours, and what is there to be read? The figures of docs/adr/0006.

  python -m refoley_training.evaluate.reading [--run unet-release]
"""

import argparse

import numpy as np
import torch

from refoley_training.models.unet import PATCH, UNet
from refoley_training.train.common import Features, device, load_weights
from refoley_training.train.unet import RELEASED, Dataset, losses_beside

SOUNDS, FRAMES = 96, 64
TIMESTEPS = (990, 900, 750)


def losses(model: UNet, data: Dataset, rows: np.ndarray, timestep: int) -> dict[str, float]:
    """The loss at one timestep by who the neighbours are."""
    near, twin = data.own.neighbours[rows][:, :3], np.repeat(rows[:, None], 3, axis=1)
    kinds = {
        "none": np.full_like(near, -1),
        "nearest captions": near,
        "likest of 50": likest(data, rows),
        "versions of it": twin + len(data.features),
        "itself": twin,
        "a stranger's": np.random.default_rng(0).permutation(near),
    }
    return losses_beside(model, data, rows, torch.full((len(rows),), timestep), kinds, FRAMES)


def likest(data: Dataset, rows: np.ndarray) -> np.ndarray:
    """The three of the nearest 50 captions that sound most alike. [n, 3]."""
    order = np.argsort(-data.own.likeness[rows], axis=1)[:, :3]
    return np.take_along_axis(data.own.neighbours[rows], order, axis=1)


def patches(data: Dataset, row: int) -> np.ndarray:
    """A sound's latent as the UNet sees it: [32, 256], a row for each moment (and so for each audio token)."""
    return data.own.latent(row, FRAMES).transpose(1, 0, 2).reshape(FRAMES // PATCH, -1)


def left_unexplained(data: Dataset, seen: np.ndarray, rows: np.ndarray, ridge: float = 30.0) -> dict[str, float]:
    """Share of the latents' variance that remains after the best linear guess, and after the best share of neighbours' means."""
    truth, mean = (np.stack([patches(data, row) for row in part]) for part in (rows, seen))
    mean, tokens = mean.mean(0), data.audio_tokens[seen].astype("float32").reshape(-1, data.audio_tokens.shape[-1])
    centre, scale = tokens.mean(0), tokens.std(0) + 1e-6
    known = (tokens - centre) / scale
    wanted = np.concatenate([patches(data, row) - mean for row in seen])
    weights = np.linalg.solve(known.T @ known + ridge * np.eye(known.shape[1]), known.T @ wanted)
    asked = (data.audio_tokens[rows].astype("float32") - centre) / scale
    variance = np.square(truth - mean).mean()
    left = {"its own audio tokens, by a linear map": np.square(asked @ weights + mean - truth).mean() / variance}
    for name, neighbours in (("latents of the nearest captions", data.own.neighbours[rows][:, :3]), ("latents of the likest of 50", likest(data, rows))):
        guess = np.stack([np.mean([patches(data, row) for row in near], axis=0) for near in neighbours]) - mean
        share = (guess * (truth - mean)).sum() / np.square(guess).sum()
        left[name] = np.square(share * guess + mean - truth).mean() / variance
    return left


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default=RELEASED)
    parser.add_argument("--weights", choices=["ema", "model"], default="ema")
    arguments = parser.parse_args()
    data = Dataset(Features())
    rows = data.features.rows("validation", "AB")[:SOUNDS]
    model = load_weights(UNet(), arguments.run, key=arguments.weights).to(device())
    for timestep in TIMESTEPS:
        print(f"timestep {timestep}:", ", ".join(f"{name} {loss:.3f}" for name, loss in losses(model, data, rows, timestep).items()))
    seen = np.random.default_rng(0).permutation(data.features.rows("train", "AB"))[:2500]
    for name, left in left_unexplained(data, seen, rows).items():
        print(f"variance that {name} leaves: {left:.2f}")
    print(f"likeness of the likest of 50: {data.own.likeness[rows].max(1).mean():.2f}")


if __name__ == "__main__":
    main()
