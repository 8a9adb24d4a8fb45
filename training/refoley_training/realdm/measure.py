"""What the paper's sizes cost on this machine: every stage at full size, on random weights and a few clips of noise. The figures of docs/re-audioldm.md.

  python -m refoley_training.realdm.measure prepare --folder DIR
  python -m refoley_training.realdm.measure s --folder DIR [--batch 1] [--steps 4] [--checkpointing]
  python -m refoley_training.realdm.measure l --folder DIR
  python -m refoley_training.realdm.measure work
"""

import argparse
import resource
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from refoley_training.realdm import audiocaps, prepare, synthetic, templates
from refoley_training.realdm.config import LATENT, MAX_NEIGHBOURS, SIZES
from refoley_training.realdm.data import Data
from refoley_training.realdm.train import Config, Training


def peak() -> str:
    if torch.cuda.is_available():
        return f"{torch.cuda.max_memory_allocated() / 1e9:.1f} GB of the GPU"
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB"


def encoders(folder: Path) -> None:
    """Prepares 14 clips with encoders of the published sizes."""
    models = synthetic.published(folder / "models", synthetic.FULL)
    clips = audiocaps.read(**synthetic.audiocaps(folder / "audiocaps", {"train": 12, "val": 1, "test": 1}), partial=True)
    start = time.monotonic()
    prepare.main(clips, folder / "data", **models, workers=0)
    print(f"{len(clips)} clips prepared in {time.monotonic() - start:.0f} s; at most {peak()}")
    for path in sorted((folder / "data").glob("*.npy")):
        array = np.load(path, mmap_mode="r")
        print(f"  {path.name}: {list(array.shape)} {array.dtype}")


def steps(size: str, folder: Path, batch: int, count: int, checkpointing: bool) -> None:
    config = Config(batch=batch, checkpointing=checkpointing)
    published = folder / "models" / "audioldm" if size == "s" else None
    training = Training(config, SIZES[size], Data(folder / "data"), published)
    parameters = sum(p.numel() for p in training.model.parameters())
    print(f"{size}: {parameters / 1e6:.1f} M parameters, batch {batch}, up to {MAX_NEIGHBOURS} neighbours", flush=True)
    seconds, busy = [], []
    for number in range(count):
        start, used = time.monotonic(), time.process_time()
        loss = training.step(number)
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seconds.append(time.monotonic() - start)
        busy.append(time.process_time() - used)
        print(f"  step {number + 1}: {seconds[-1]:.2f} s, {busy[-1]:.2f} s of processors, loss {loss:.3f}", flush=True)
    print(f"  after the first {np.median(seconds[1:]):.2f} s a step, {np.median(busy[1:]):.2f} s of processors; at most {peak()}")


def work() -> None:
    """Operations of one clip through the UNet, by the number of neighbours: what a step costs on a processor of known speed."""
    for size, k in ((size, k) for size in SIZES for k in (1, 3, MAX_NEIGHBOURS)):
        with torch.device("meta"):
            part = templates.unet(asdict(SIZES[size]))
            inputs = {name: torch.empty(1, *value.shape[1:]) for name, value in part.inputs.items()}
            inputs["sample"] = torch.empty(1, *LATENT)
            for name in ("audio_tokens", "text_tokens", "token_bias"):
                inputs[name] = torch.empty(1, k, *inputs[name].shape[2:])
            with FlopCounterMode(display=False) as counter:
                part.module.model(*inputs.values(), False)
        print(f"{size}, k = {k}: {counter.get_total_flops() / 1e9:.0f} GFLOP forward")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["prepare", *SIZES, "work"])
    parser.add_argument("--folder", type=Path, help="where 3 GB of models with random weights may lie")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--checkpointing", action="store_true")
    given = parser.parse_args()
    if given.what == "prepare":
        encoders(given.folder)
    elif given.what == "work":
        work()
    else:
        steps(given.what, given.folder, given.batch, given.steps, given.checkpointing)
