"""Weights that both languages make alike, so that no golden has to store them: src/engine/checkpoint/testing/randomWeights.ts."""

import numpy as np
import torch

from refoley_training.noise import gaussian_noise

# Values of noise after which it begins again: millions would take seconds in the tests.
BLOCK = 2**16


def weight(seed: int, name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Noise at a scale that keeps values near 1 from layer to layer; norms near 1, biases near 0."""
    count = int(np.prod(shape))
    noise = np.resize(gaussian_noise(seed, min(count, BLOCK)), count).reshape(shape)
    if len(shape) > 1:
        return torch.from_numpy(noise * np.float32(1 / np.sqrt(np.prod(shape[1:]))))
    is_gain = "norm" in name.lower() and name.endswith("weight")
    return torch.from_numpy(np.float32(0.1) * noise + np.float32(1 if is_gain else 0))


@torch.no_grad()
def fill(model: torch.nn.Module) -> None:
    """Seeds are the places of the names in their order."""
    for seed, (key, value) in enumerate(sorted(model.named_parameters())):
        value.copy_(weight(seed, key, tuple(value.shape)))
