"""Published weights, as far as they fit: what was taken over, what is new, and what was not asked for."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from refoley_training.models.audiomae_vit import AudioMAE


@dataclass(frozen=True)
class Loaded:
    """Names of parameters, and of tensors in the file that have no place in the module."""

    module: nn.Module
    taken: list[str]
    new: list[str]  # not in the file
    reshaped: list[str]  # in the file in another shape, so new as well
    unused: list[str]

    def __str__(self) -> str:
        sizes = {name: value.numel() for name, value in self.module.state_dict().items()}
        taken = sum(sizes[name] for name in self.taken)
        lines = [f"{len(self.taken)} of {len(sizes)} tensors taken over ({taken / 1e6:.1f} of {sum(sizes.values()) / 1e6:.1f} M parameters)"]
        for what, names in (("new", self.new), ("new, for their shapes differ", self.reshaped), ("not used", self.unused)):
            if names:
                lines.append(f"  {what}: {len(names)} ({', '.join(sorted(set(map(_kind, names))))})")
        return "\n".join(lines)


def _kind(name: str) -> str:
    """`blocks.3.attn.qkv.weight` -> `blocks.*.attn.qkv`"""
    return ".".join("*" if part.isdigit() else part for part in name.split(".")[:-1]) or name


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file, of a folder that has one, or of a pickle that holds tensors only.

    Raises FileNotFoundError, or UnpicklingError where a pickle would run code.
    """
    if path.is_dir():
        found = sorted(path.glob("*.safetensors"))
        if not found:
            raise FileNotFoundError(f"{path} has no .safetensors file")
        return {name: value for file in found for name, value in load_file(file).items()}
    if path.suffix == ".safetensors":
        return load_file(path)
    with torch.serialization.safe_globals([argparse.Namespace]):  # AudioMAE's own file keeps its command line
        data = torch.load(path, map_location="cpu", weights_only=True)
    return data.get("model", data)


@torch.no_grad()
def fill(module: nn.Module, weights: dict[str, Tensor]) -> Loaded:
    """Copies what agrees in name and shape."""
    own = module.state_dict()
    taken = [name for name in own if name in weights and weights[name].shape == own[name].shape]
    for name in taken:
        own[name].copy_(weights[name])
    reshaped = [name for name in own if name in weights and name not in set(taken)]
    return Loaded(module, taken, [name for name in own if name not in weights], reshaped, [name for name in weights if name not in own])


def load_audiomae(path: Path) -> AudioMAE:
    """AudioMAE as published by its authors (with the decoder of its pretraining), by timm or by others that put names before.

    Raises ValueError when the encoder is not whole.
    """
    weights = read(path)
    anchor = next((name for name in weights if name.endswith("patch_embed.proj.weight")), None)
    if anchor is None:
        raise ValueError(f"{path} is no AudioMAE: it has no patch_embed.proj.weight")
    before = anchor.removesuffix("patch_embed.proj.weight")
    # timm, which pools before it normalises, has another name for the last norm.
    weights = {name.removeprefix(before).replace("fc_norm.", "norm."): value for name, value in weights.items()}
    width = weights["patch_embed.proj.weight"].shape[0]
    depth = len({name.split(".")[1] for name in weights if name.startswith("blocks.")})
    model = AudioMAE(width, depth, heads=max(1, width // 64))
    report = fill(model, weights)
    if report.new or report.reshaped:
        raise ValueError(f"{path} is no whole AudioMAE:\n{report}")
    return model
