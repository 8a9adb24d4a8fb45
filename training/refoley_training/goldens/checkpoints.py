"""What diffusers and transformers make of fixed inputs with weights that both languages make alike, and the templates of the same sizes.

Small configurations of AudioLDM: every kind of layer of the published ones, a few hundred kilobytes.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from templates import audioldm
from templates.template import Part, compressed, to_template

from refoley_training.goldens.graphs import summary, wave
from refoley_training.noise import gaussian_noise

VAE = {**audioldm.VAE, "block_out_channels": (32, 64, 64)}
PARTS: dict[str, Part] = {
    "text_encoder": audioldm.text_encoder({**audioldm.TEXT, "vocab_size": 200, "hidden_size": 48, "num_hidden_layers": 2, "intermediate_size": 96}),
    "unet": audioldm.unet(audioldm.unet_config((32, 64, 96, 160))),
    "vae_encoder": audioldm.vae_encoder(VAE),
    "vae_decoder": audioldm.vae_decoder(VAE),
    "vocoder": audioldm.vocoder({**audioldm.VOCODER, "upsample_initial_channel": 64}),
}  # fmt: skip


def weight(seed: int, name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Noise at a scale that keeps values near 1 from layer to layer; norms near 1, biases near 0."""
    noise = gaussian_noise(seed, int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:
        return torch.from_numpy(noise * np.float32(1 / np.sqrt(np.prod(shape[1:]))))
    is_gain = "norm" in name.lower() and name.endswith("weight")
    return torch.from_numpy(np.float32(0.1) * noise + np.float32(1 if is_gain else 0))


@torch.no_grad()
def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cases: dict[str, Any] = {}
    for name, part in PARTS.items():
        (folder / f"{name}.onnx.gz").write_bytes(compressed(to_template(part)))
        model = part.module.model
        for seed, (key, value) in enumerate(sorted(model.named_parameters())):
            value.copy_(weight(seed, key, tuple(value.shape)))
        recipe: dict[str, Any] = {}
        inputs = []
        for key, value in part.inputs.items():
            # Other lengths than were traced.
            dims = [1, *(size + 4 if axis + 1 in part.axes[key] else size for axis, size in enumerate(value.shape[1:]))]
            whole = not value.is_floating_point()
            scale, offset = {"input_ids": (50.0, 100.0), "attention_mask": (0.0, 1.0), "timestep": (0.0, 500.0)}.get(key, (0.5, 0.0))
            recipe[key] = {"dims": dims, "scale": scale, "offset": offset, "type": "int64" if whole else "float32"}
            values = wave(tuple(dims), scale, offset)
            inputs.append(values.round().long() if whole else values)
        outputs = part.module.eval()(*inputs)
        cases[name] = {"inputs": recipe, "outputs": {part.outputs[0]: summary(outputs)}}
    (folder / "audioldm.json").write_text(json.dumps(cases, indent=1) + "\n")
