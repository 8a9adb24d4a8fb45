"""The noise schedule (squaredcos_cap_v2, v-prediction) and a DDIM sampler with the two guidance weights.

src/core/diffusion has the samplers of the product; this one serves training-time evaluation.
"""

import math
from typing import Callable

import torch
from torch import Tensor

TIMESTEPS = 1000


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
    timesteps = [round(TIMESTEPS - i * TIMESTEPS / steps) - 1 for i in range(steps)]
    sample = noise
    for index, t in enumerate(timesteps):
        now = alpha_bar[t]
        then = alpha_bar[timesteps[index + 1]] if index + 1 < steps else torch.tensor(1.0)
        v = velocity(sample, torch.full((len(sample),), float(t), device=noise.device))
        clean = now.sqrt() * sample - (1 - now).sqrt() * v
        epsilon = (1 - now).sqrt() * sample + now.sqrt() * v
        sample = then.sqrt() * clean + (1 - then).sqrt() * epsilon
    return sample
