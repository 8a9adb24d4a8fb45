"""Folders as authors publish them, with random weights: what `build` of a family writes is what the app is given."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from templates.template import Template


@torch.no_grad()
def randomise(model: nn.Module) -> None:
    """Noise at a scale that keeps values near 1 from layer to layer; norms and variances near 1, biases near 0."""
    generator = torch.Generator().manual_seed(1)
    for name, value in (*model.named_parameters(), *model.named_buffers()):
        if not value.is_floating_point():
            continue
        value.copy_(torch.randn(value.shape, generator=generator))
        is_gain = name.endswith("running_var") or (name.endswith("weight") and ("norm" in name.lower() or "ln_" in name))
        if value.ndim > 1:
            value /= value[0].numel() ** 0.5
        else:
            value.mul_(0.1).add_(1 if is_gain else 0)


def write_folder(folder: Path, templates: list[Template], size: str, dtype: torch.dtype, others: dict[str, dict[str, Any]]) -> None:
    """
    One config.json and one .safetensors to each sub-folder, with the weights of all parts that lie in it.

    `size` of the parts that have several. `others`: by their paths, what JSON files say beside what the graphs depend on.
    """
    configs: dict[str, dict[str, Any]] = {}
    weights: dict[str, dict[str, torch.Tensor]] = {}
    for template in templates:
        if template.size not in ("", size):
            continue
        model = template.build(template.config).module.model
        randomise(model)
        configs.setdefault(template.folder, {}).update(template.config)
        # Tied weights are stored under one name.
        named = (*model.named_parameters(), *model.named_buffers())
        weights.setdefault(template.folder, {}).update(
            {name: value.detach().to(dtype if value.is_floating_point() else value.dtype) for name, value in named}
        )
    for name, tensors in weights.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "config.json").write_text(json.dumps(configs[name], indent=1))
        save_file({key: value.contiguous() for key, value in tensors.items()}, folder / name / "model.safetensors")
    for name, said in others.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        written = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**written, **said}, indent=1))
