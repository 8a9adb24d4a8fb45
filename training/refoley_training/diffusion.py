"""The noise schedule (squaredcos_cap_v2, v-prediction), DDIM and DPM-Solver++(2M).

src/core/diffusion has the samplers of the product; this one serves training-time evaluation.
"""

import math
from typing import Callable

import numpy as np
import torch
from torch import Tensor

TIMESTEPS = 1000
# Timesteps are crowded where the noise is strong, in training and in sampling (Esser et al. 2024, eq. 23): measured, all
# that prompt and neighbours decide is decided above timestep 900, for a spectrogram's outline shows through much noise.
SHIFT = 5.0


def shifted(share: float | np.ndarray) -> float | np.ndarray:
    """A share of the schedule, 0 to 1, moved towards 1."""
    return SHIFT * share / (1 + (SHIFT - 1) * share)


def timesteps_of(steps: int) -> list[int]:
    """Trailing timesteps, from the noisiest."""
    return [round(TIMESTEPS * float(shifted(1 - i / steps))) - 1 for i in range(steps)]


def alphas_cumprod() -> Tensor:
    """Nichol and Dhariwal 2021, eq. 17, betas capped at 0.999 as in diffusers."""

    def bar(t: float) -> float:
        return math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2

    betas = [min(1 - bar((i + 1) / TIMESTEPS) / bar(i / TIMESTEPS), 0.999) for i in range(TIMESTEPS)]
    return torch.cumprod(1 - torch.tensor(betas, dtype=torch.float64), dim=0).float()


def add_noise(latent: Tensor, noise: Tensor, timestep: Tensor) -> tuple[Tensor, Tensor]:
    """Noised latent and its velocity target (Salimans and Ho 2022), timestep [B] integers."""
    alpha_bar = alphas_cumprod().to(latent.device)[timestep][:, None, None, None]
    signal, sigma = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
    return signal * latent + sigma * noise, signal * noise - sigma * latent


@torch.no_grad()
def ddim(velocity: Callable[[Tensor, Tensor], Tensor], noise: Tensor, steps: int = 25) -> Tensor:
    """DDIM with eta 0 and trailing timesteps; `velocity(sample, timestep [B])`."""
    alpha_bar = alphas_cumprod().to(noise.device)
    timesteps = timesteps_of(steps)
    sample = noise
    for index, t in enumerate(timesteps):
        now = alpha_bar[t]
        then = alpha_bar[timesteps[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        v = velocity(sample, torch.full((len(sample),), float(t), device=noise.device))
        clean = now.sqrt() * sample - (1 - now).sqrt() * v
        epsilon = (1 - now).sqrt() * sample + now.sqrt() * v
        sample = then.sqrt() * clean + (1 - then).sqrt() * epsilon
    return sample


@torch.no_grad()
def dpmpp(velocity: Callable[[Tensor, Tensor], Tensor], noise: Tensor, steps: int = 25) -> Tensor:
    """DPM-Solver++(2M) (Lu et al. 2022, algorithm 2), trailing timesteps, the last step of first order."""
    alpha_bar = alphas_cumprod().to(noise.device)
    timesteps = timesteps_of(steps)
    levels = [(alpha_bar[t].sqrt(), (1 - alpha_bar[t]).sqrt()) for t in timesteps] + [(torch.tensor(1.0), torch.tensor(0.0))]
    sample, previous = noise, None
    for index, t in enumerate(timesteps):
        (signal, sigma), (next_signal, next_sigma) = levels[index], levels[index + 1]
        clean = signal * sample - sigma * velocity(sample, torch.full((len(sample),), float(t), device=noise.device))
        estimate = clean
        if previous is not None and index + 1 < steps:
            (before_signal, before_sigma) = levels[index - 1]
            now, after, before = (a.log() - b.log() for a, b in ((signal, sigma), (next_signal, next_sigma), (before_signal, before_sigma)))
            estimate = clean + (after - now) / (2 * (now - before)) * (clean - previous)
        keep = next_sigma / sigma
        sample, previous = keep * sample + (next_signal - signal * keep) * estimate, clean
    return sample
