"""How long torch takes for the UNet of one take: the peer in `npm run bench`. Prints seconds, the median of five.

The same module that is exported, in 32 bits, on as many threads as torch likes; weights are random, which time does not mind.
"""

import argparse
import statistics
import time

import torch

from refoley_training.export import example_inputs
from refoley_training.models.unet import UNet
from refoley_training.train.unet import STEPS


@torch.inference_mode()
def seconds(steps: int, frames: int, neighbours: int) -> float:
    """Median seconds of `steps` evaluations of three guidance branches at once, after a first run that warms up."""
    unet = UNet().eval().to(memory_format=torch.channels_last)
    inputs = list(example_inputs(batch=3, k=neighbours, frames=frames)["unet"].values())
    taken = []
    for _ in range(6):
        began = time.perf_counter()
        for _ in range(steps):
            unet(*inputs)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--frames", type=int, default=128, help="latent frames: 5.12 s")
    parser.add_argument("--neighbours", type=int, default=3)
    arguments = parser.parse_args()
    print(seconds(arguments.steps, arguments.frames, arguments.neighbours))
