"""What diffusers and transformers make of fixed inputs with weights that both languages make alike, and the templates of the same sizes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from templates import audioldm
from templates.template import write_templates

from refoley_training.goldens.graphs import summary, wave
from refoley_training.noise import gaussian_noise

FAMILIES = {"audioldm": audioldm.small}
# Scale and offset of the inputs that are not about noise.
INPUTS = {"input_ids": (50.0, 100.0), "attention_mask": (0.0, 1.0), "timestep": (0.0, 500.0)}


def weight(seed: int, name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Noise at a scale that keeps values near 1 from layer to layer; norms near 1, biases near 0."""
    noise = gaussian_noise(seed, int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:
        return torch.from_numpy(noise * np.float32(1 / np.sqrt(np.prod(shape[1:]))))
    is_gain = "norm" in name.lower() and name.endswith("weight")
    return torch.from_numpy(np.float32(0.1) * noise + np.float32(1 if is_gain else 0))


@torch.no_grad()
def write(folder: Path) -> None:
    for family, small in FAMILIES.items():
        templates = small()
        cases: dict[str, Any] = {}
        write_templates(folder / family, templates)
        for template in templates:
            part = template.build(template.config)
            for seed, (key, value) in enumerate(sorted(part.module.model.named_parameters())):
                value.copy_(weight(seed, key, tuple(value.shape)))
            recipe: dict[str, Any] = {}
            inputs = []
            for key, value in part.inputs.items():
                # Other lengths than were traced.
                dims = [1, *(size + 4 if axis + 1 in part.axes[key] else size for axis, size in enumerate(value.shape[1:]))]
                whole = not value.is_floating_point()
                scale, offset = INPUTS.get(key, (0.5, 0.0))
                recipe[key] = {"dims": dims, "scale": scale, "offset": offset, "type": "int64" if whole else "float32"}
                values = wave(tuple(dims), scale, offset)
                inputs.append(values.round().long() if whole else values)
            outputs = part.module.eval()(*inputs)
            cases[template.part] = {"inputs": recipe, "outputs": {part.outputs[0]: summary(outputs)}}
        (folder / family / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
