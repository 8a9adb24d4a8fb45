"""Write the checkpoints that a pack was exported from, out of the pack: to measure it again, or to train on from it.

Graphs keep the names of the state dict, so nothing is lost but what int8 storage rounds away, the optimisers' state and
what only training uses (AudioMAE's decoder, CLAP's temperature, the discriminators), which starts afresh.
"""

import argparse
import json
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from refoley_training.export import PACK, file_name
from refoley_training.models import aisfx
from refoley_training.models.audiomae import AudioMAE
from refoley_training.models.clap import CLAP, Head
from refoley_training.models.hifigan import Generator
from refoley_training.models.unet import UNet
from refoley_training.models.vae import VAE
from refoley_training.train.clap_tower import TunedBlock
from refoley_training.train.common import RUNS
from refoley_training.train.distill import TAUGHT
from refoley_training.train.unet import RELEASED


def weights(path: Path) -> dict[str, Tensor]:
    """A graph's initialisers as fp32, by the names they had before refoley_training.onnx_storage stored them."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}
    whole = {}
    for name, array in stored.items():
        if name.endswith("_int8"):
            whole[name.removesuffix("_int8")] = array.astype("float32") * stored[name.removesuffix("_int8") + "_scale"]
        elif not name.endswith("_scale"):
            whole[name.removesuffix("_fp16")] = array.astype("float32")
    return {name: torch.from_numpy(array.copy()) for name, array in whole.items()}


def below(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def restore(pack: Path, root: Path = RUNS, unet_run: str | None = None) -> None:
    """Every run of `pack`, with both its weights and their average. Runs that are there already are left."""
    facts = json.loads((pack / "manifest.json").read_text())

    def graph(part: str) -> dict[str, Tensor]:
        return weights(pack / file_name(part))

    def write(name: str, model: nn.Module, state: dict[str, Tensor]) -> None:
        path = root / name / "last.pt"
        if path.exists():
            print(f"{name}: there already")
            return
        known = model.state_dict()
        if strangers := state.keys() - known.keys():
            raise ValueError(f"{pack}: {name} has no {', '.join(sorted(strangers)[:3])}")
        whole = known | state
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"step": 0, "config": {"steps": 0}, "model": whole, "ema": whole}, path)
        print(f"{name}: {len(state)} of {len(known)} tensors from the pack")

    ears = graph("clapAudio")
    write("vae", VAE(), below("model.", graph("vaeEncoder") | graph("vaeDecoder")))
    write("clap", CLAP(), {f"text.{name}": t for name, t in graph("clapText").items()} | {f"audio.{n}": t for n, t in below("head.", ears).items()})
    tuned = {f"block.{n}": t for n, t in below("tower.conv_block4.", ears).items()} | {f"head.{n}": t for n, t in below("head.", ears).items()}
    write("clap_tower", TunedBlock(aisfx.load(), Head(512)), tuned)
    write("audiomae", AudioMAE(), graph("audioMae"))
    write("hifigan", Generator(), graph("vocoder"))
    write(unet_run or (TAUGHT if "distilled" in facts else RELEASED), UNet(), graph("unet"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--unet", help="name of the UNet's run")
    arguments = parser.parse_args()
    restore(arguments.pack, unet_run=arguments.unet)
