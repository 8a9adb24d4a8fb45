"""Goldens of the samplers of Stable Audio 3, by its reference implementation, for src/core/diffusion/flow.test.ts."""

from itertools import product
from pathlib import Path
from unittest.mock import patch

import torch
from templates import stable_audio_3_reference as reference

from refoley_training.goldens import encoding
from refoley_training.noise import gaussian_noise

STEPS = [1, 2, 3, 8, 50]
FROM = [1.0, 0.6]
SIZE = 16
SEED = 7


def toy_model(sample: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """A smooth function that both languages compute alike: `toyModel` of src/core/diffusion/flow.test.ts."""
    return sample / (1 + sample.abs()) * 0.9 + 0.2 * share[:, None, None] - 0.1


def write(folder: Path) -> None:
    reference.load()
    from stable_audio_3.inference import sampling  # type: ignore[import-not-found]
    from stable_audio_3.inference.distribution_shift import LogSNRShift  # type: ignore[import-not-found]

    samplers = {"euler": sampling.sample_discrete_euler, "dpmpp": sampling.sample_flow_dpmpp, "pingpong": sampling.sample_flow_pingpong}
    shift = LogSNRShift(rate=0, anchor_logsnr=-6.2, logsnr_end=2.0)
    loops = []
    for (name, sampler), steps, begin in product(samplers.items(), STEPS, FROM):
        shares = sampling.build_schedule(steps, begin, shift, fallback_seq_len=100)
        seeds = iter(range(SEED, SEED + 100))

        def noise(_: torch.Tensor | None = None) -> torch.Tensor:
            return torch.from_numpy(gaussian_noise(next(seeds), SIZE)).reshape(1, 1, SIZE)

        with patch("torch.randn_like", noise):
            sample = sampler(toy_model, noise(), shares, disable_tqdm=True)
        values = {"shares": encoding.float32(shares.numpy()), "sample": encoding.float32(sample.numpy())}
        loops.append({"sampler": name, "steps": steps, "from": begin, **values})
    encoding.save(folder / "flow.json", {"seed": SEED, "size": SIZE, "loops": loops})
