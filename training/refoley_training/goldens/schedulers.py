"""Goldens of the diffusion schedulers (by diffusers) and of the seeded noise, for src/core/diffusion/*.test.ts."""

from itertools import product
from pathlib import Path

import numpy as np
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler

from refoley_training import noise
from refoley_training.goldens import encoding

SCHEDULES = {"squaredcos_cap_v2": (0.0001, 0.02), "scaled_linear": (0.0015, 0.0195), "linear": (0.0001, 0.02)}
PREDICTIONS = ["epsilon", "v_prediction"]
SPACINGS = ["leading", "trailing", "linspace"]
# DDIM in diffusers is right only where the steps divide the training timesteps.
STEPS = {"ddim": [1, 2, 4, 10, 25, 50], "dpmpp": [1, 2, 4, 10, 25, 30, 50]}
SIZE = 16
SEED = 7


def toy_model(sample: torch.Tensor, timestep: int) -> torch.Tensor:
    """A smooth function that both languages compute alike: `toyModel` of src/core/diffusion/scheduler.test.ts."""
    return sample / (1 + sample.abs()) * 0.9 + 0.2 * (timestep / 1000) - 0.1


def make_scheduler(sampler: str, schedule: str, prediction: str, spacing: str):
    start, end = SCHEDULES[schedule]
    common = dict(
        num_train_timesteps=1000,
        beta_schedule=schedule,
        beta_start=start,
        beta_end=end,
        prediction_type=prediction,
        timestep_spacing=spacing,
    )
    if sampler == "ddim":
        return DDIMScheduler(clip_sample=False, **common)
    return DPMSolverMultistepScheduler(algorithm_type="dpmsolver++", solver_order=2, **common)


def loop(sampler: str, schedule: str, prediction: str, spacing: str, steps: int) -> dict:
    scheduler = make_scheduler(sampler, schedule, prediction, spacing)
    scheduler.set_timesteps(steps)
    sample = torch.from_numpy(noise.gaussian_noise(SEED, SIZE))
    for timestep in scheduler.timesteps:
        sample = scheduler.step(toy_model(sample, int(timestep)), timestep, sample).prev_sample
    return {
        "sampler": sampler,
        "betaSchedule": schedule,
        "predictionType": prediction,
        "timestepSpacing": spacing,
        "steps": steps,
        "timesteps": " ".join(str(int(timestep)) for timestep in scheduler.timesteps),
        "sample": encoding.float32(sample.numpy()),
    }


def alphas_cumprod(schedule: str) -> np.ndarray:
    return make_scheduler("ddim", schedule, "epsilon", "leading").alphas_cumprod.numpy()


def bit_sum(values: np.ndarray) -> int:
    return int(values.view("uint32").sum(dtype="uint64")) & 0xFFFFFFFF


def write(folder: Path) -> None:
    cases = product(SCHEDULES, PREDICTIONS, SPACINGS)
    encoding.save(
        folder / "schedulers.json",
        {
            "betas": SCHEDULES,
            "seed": SEED,
            "size": SIZE,
            "alphasCumprod": {
                name: encoding.rows(alphas_cumprod(name)[:, None], 37) for name in SCHEDULES
            },
            "loops": [
                loop(sampler, *case, steps) for case in cases for sampler in STEPS for steps in STEPS[sampler]
            ],
        },
    )
    seeds = [0, 1, 42, 0x9E3779B9, 0xFFFFFFFF]
    encoding.save(
        folder / "noise.json",
        {
            "seeds": {str(seed): encoding.float32(noise.gaussian_noise(seed, 33)) for seed in seeds},
            # The bit patterns of 200,001 values, added up modulo 2^32: rare branches count too.
            "sum": {"seed": 3, "count": 200_001, "bits": bit_sum(noise.gaussian_noise(3, 200_001))},
        },
    )
