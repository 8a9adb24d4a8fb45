"""Writes a trained Re-AudioLDM as a folder that the app adds as a pack (`refoley pack add DIR`), and checks each part against torch.

  python -m refoley_training.realdm.export --size s --audioldm DIR --t5 DIR --audiomae FILE --out DIR

It is laid out as diffusers lays out its models, weights in .safetensors files, and brings the graphs of its size along in `templates`.
The pack is named after the folder. src/core/checkpoint/families.ts says what the app reads of it.
"""

import argparse
import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto
from onnx.external_data_helper import set_external_data
from safetensors.torch import load_file, save_file
from templates import audioldm as ldm
from templates import t5 as t5_sizes
from templates.template import Part, Template, write_templates
from torch import Tensor, nn

from refoley_training.export import parity
from refoley_training.realdm import public
from refoley_training.realdm.config import SCHEDULER, SIZES, Size
from refoley_training.realdm.encoders import T5, Clap, Codec
from refoley_training.realdm.model import ReAudioLDM
from refoley_training.realdm.templates import Configs, templates
from refoley_training.train.common import RUNS, load_weights

# Of AudioLDM's weights, which every export holds.
CARD = """---
license: cc-by-nc-sa-4.0
tags: [text-to-audio, re-audioldm]
---
Re-AudioLDM ({parameters:.0f} M parameters in its UNet), trained with Refoley's training/refoley_training/realdm after Yuan et al.,
"Retrieval-Augmented Text-to-Audio Generation" (2023). VAE, vocoder and CLAP's text encoder are AudioLDM's (Liu et al., 2023,
CC-BY-NC-SA 4.0), the encoder of captions is T5's (Raffel et al., 2020), that of sounds AudioMAE's (Huang et al., 2022).
"""


def export(model: ReAudioLDM, folder: Path, audioldm: Path, t5: Path, audiomae: Path) -> dict[str, float]:
    """Returns the largest difference of each part's graph from torch."""
    made = templates(write_models(model, folder, audioldm, t5, audiomae))
    _write(folder / "scheduler" / "scheduler_config.json", {"_class_name": "DDIMScheduler", **SCHEDULER})
    (folder / "README.md").write_text(CARD.format(parameters=sum(p.numel() for p in model.parameters()) / 1e6))
    write_templates(folder / "templates" / "re-audioldm", made)
    differences = {template.part: check(template, folder) for template in made}
    # Last, for it is what the folder is known by.
    _write(folder / "model_index.json", {"_class_name": "ReAudioLDM"})
    return differences


def write_models(model: ReAudioLDM, folder: Path, audioldm: Path, t5: Path, audiomae: Path) -> Configs:
    """Weights, configurations and tokenizers."""
    mae, codec, words, clap = public.load_audiomae(audiomae), Codec.of(audioldm), T5.of(t5), Clap.of(audioldm)
    published = {"vae": codec.vae, "vocoder": codec.vocoder, "text_encoder": clap.model, "text_encoder_2": words.model}
    for name, module in published.items():
        module.to("cpu").save_pretrained(folder / name)
    clap.tokenizer.save_pretrained(folder / "tokenizer")
    words.tokenizer.save_pretrained(folder / "tokenizer_2")
    configs = Configs(
        size=model.size, clap=_known(clap.model.config.to_dict(), ldm.TEXT), words=_known(words.model.config.to_dict(), t5_sizes.SIZES["large"]),
        audiomae={"width": mae.norm.weight.numel(), "depth": len(mae.blocks), "heads": mae.blocks[0].attn.heads},
        vae=_known(codec.vae.config, ldm.VAE), vocoder=_known(codec.vocoder.config.to_dict(), ldm.VOCODER),
    )  # fmt: skip
    _save(model, asdict(model.size), folder / "unet")
    _save(mae, configs.audiomae, folder / "audiomae")
    return configs


def _known(config: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: config[key] for key in keys}


def _save(module: nn.Module, config: dict[str, Any], folder: Path) -> None:
    _write(folder / "config.json", config)
    save_file({name: value.cpu().contiguous() for name, value in module.state_dict().items()}, folder / "model.safetensors")


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2) + "\n")


@torch.no_grad()
def check(template: Template, folder: Path) -> float:
    """The graph as the app runs it, with the weights that were written, beside torch with the same."""
    (weights,) = (folder / template.folder).glob("*.safetensors")
    part = template.build(template.config)
    public.fill(part.module.eval().model, load_file(weights))
    graph = onnx.load_model_from_string(gzip.decompress((folder / "templates" / "re-audioldm" / template.file).read_bytes()))
    bind(graph, weights)
    path = weights.with_suffix(".onnx")
    path.write_bytes(graph.SerializeToString())
    try:
        worst, decibels = parity(part.module, path, longer(part))
    finally:
        path.unlink()
    count = sum(weight.numel() for weight in part.module.parameters())
    print(f"{template.part}: {count / 1e6:.2f} M, worst {worst:.1e} ({decibels:.0f} dB)", flush=True)
    return worst


def bind(template: onnx.ModelProto, weights: Path) -> None:
    """Points each weight of a template at its bytes in a .safetensors file."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    for initializer in template.graph.initializer:
        if initializer.data_location == TensorProto.EXTERNAL:
            first, end = header[initializer.name]["data_offsets"]
            initializer.raw_data = b""
            set_external_data(initializer, weights.name, 8 + length + first, end - first)


def longer(part: Part) -> dict[str, Tensor]:
    """Inputs twice as long as were traced, for one take."""
    g = torch.Generator().manual_seed(1)
    inputs = {}
    for name, value in part.inputs.items():
        shape = [1, *(size * (1 + (axis + 1 in part.axes[name])) for axis, size in enumerate(value.shape[1:]))]
        if name == "attention_mask":
            inputs[name] = (torch.arange(shape[1]) < shape[1] - 3).long()[None]
        elif value.is_floating_point():
            inputs[name] = torch.randn(shape, generator=g) * value.std(correction=0) + value.mean()
        else:
            inputs[name] = torch.randint(3, int(value.max()), shape, generator=g)
    return inputs


def trained(size: Size, run: str, root: Path = RUNS) -> ReAudioLDM:
    """The averaged weights of a run, whose tokens may be of other widths than the published."""
    saved = torch.load(root / run / "last.pt", map_location="cpu", weights_only=False, mmap=True)["ema"]
    widths = {name: saved[f"context.{name}.weight"].shape[1] for name in ("audio", "text")}
    return load_weights(ReAudioLDM(replace(size, **widths)), run, root=root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--name", help="of the run; re-audioldm-s or -l unless given")
    for name in ("audioldm", "t5", "audiomae", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    model = trained(SIZES[given.size], given.name or f"re-audioldm-{given.size}")
    export(model, given.out, given.audioldm, given.t5, given.audiomae)
