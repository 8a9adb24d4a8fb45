"""Weights that both languages make alike, so that no golden has to store them: src/engine/checkpoint/testing/randomWeights.ts."""

import zlib

import numpy as np
import torch

from refoley_training.noise import gaussian_noise

# Values of noise after which it begins again: millions would take seconds in the tests.
BLOCK = 2**16


def weight(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Noise at a scale that keeps values near 1 from layer to layer; norms and variances near 1, biases near 0."""
    count = int(np.prod(shape))
    noise = np.resize(gaussian_noise(zlib.crc32(name.encode()), min(count, BLOCK)), count).reshape(shape)
    if len(shape) > 1:
        return torch.from_numpy(noise * np.float32(1 / np.sqrt(np.prod(shape[1:]))))
    is_gain = name.endswith(("running_var", "running_std", "gamma", "alpha")) or (name.endswith("weight") and ("norm" in name.lower() or "ln_" in name))
    return torch.from_numpy(np.asarray(np.float32(0.1) * noise + np.float32(1 if is_gain else 0)))


@torch.no_grad()
def fill(model: torch.nn.Module) -> None:
    """Gives every weight the noise of its name."""
    for name, value in (*model.named_parameters(), *model.named_buffers()):
        if value.is_floating_point():
            value.copy_(weight(name, tuple(value.shape)))
