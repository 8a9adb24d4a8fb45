"""What diffusers and transformers make of fixed inputs with weights that both languages make alike, and the templates of the same sizes."""

import json
from pathlib import Path
from typing import Any

import torch
from templates import audiogen, audioldm, audioldm2, audiomae, clap, t5, tango
from templates.template import write_templates

from refoley_training.goldens.graphs import summary, wave
from refoley_training.goldens.weights import fill
from refoley_training.realdm import templates as re_audioldm

FAMILIES = {
    "audioldm": audioldm.small, "audioldm2": audioldm2.small, "tango": tango.small, "t5": t5.small, "clap": clap.small, "audiomae": audiomae.small,
    "audiogen": audiogen.small, "re-audioldm": re_audioldm.small,
}  # fmt: skip
# Scale and offset of the inputs that are not about noise.
INPUTS = {"input_ids": (50.0, 100.0), "timestep": (0.0, 500.0), "codes": (20.0, 32.0), **dict.fromkeys(("attention_mask", "text_mask", "mask"), (0.4, 0.8))}


@torch.no_grad()
def write(folder: Path) -> None:
    for family, small in FAMILIES.items():
        templates = small()
        cases: dict[str, Any] = {}
        write_templates(folder / family, templates)
        for template in templates:
            part = template.build(template.config)
            fill(part.module.eval().model)
            recipe: dict[str, Any] = {}
            inputs = []
            for key, value in part.inputs.items():
                labels = [part.axes[key].get(axis) for axis in range(value.dim())]
                dims = [other(size, label) for size, label in zip(value.shape, labels, strict=True)]
                whole = not value.is_floating_point()
                scale, offset = INPUTS.get(key, (0.5, 0.0))
                recipe[key] = {"dims": dims, "scale": scale, "offset": offset, "type": "int64" if whole else "float32"}
                values = wave(tuple(dims), scale, offset)
                inputs.append(values.round().long() if whole else values)
            outputs = part.module(*inputs)
            outputs = outputs if isinstance(outputs, tuple) else (outputs,)
            summaries = {name: summary(output) for name, output in zip(part.outputs, outputs, strict=True)}
            cases[template.file] = {"inputs": recipe, "outputs": summaries}
        (folder / family / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


def other(size: int, label: str | None) -> int:
    """One of a batch, and other lengths than were traced: of spectrograms, multiples of what may be the shortest."""
    if label is None:
        return size
    return {"batch": 1, "frames": 3 * size, "mel_frames": 3 * size}.get(label, size + 4)
