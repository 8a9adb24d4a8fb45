"""What torch says each part of the starter pack makes of fixed inputs, and what the tokenizer makes of fixed texts.

Inputs come from a formula that both languages compute alike, so that only results are stored: shape, mean, standard
deviation and eight chosen elements.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from refoley_training import export, manifest
from refoley_training.models import minilm
from refoley_training.models.unet import UNetConfig
from refoley_training.train.common import RUNS

TEXTS = ["heavy wooden door slams in a stone hallway", "Über-loud THUD, 3x!", "", "dog " * 80]


def wave(shape: tuple[int, ...], scale: float, offset: float) -> Tensor:
    """offset + scale * sin(0.37 i + 0.11 (i mod 13)), rounded to float32."""
    i = np.arange(int(np.prod(shape)), dtype="float64")
    return torch.from_numpy((offset + scale * np.sin(0.37 * i + 0.11 * (i % 13))).astype("float32").reshape(shape))


def summary(output: Tensor) -> dict[str, Any]:
    flat = output.double().flatten()
    index = [int(i) for i in np.linspace(0, len(flat) - 1, 8)]
    return {
        "dims": list(output.shape), "mean": flat.mean().item(), "std": flat.std(correction=0).item(),
        "elements": {i: flat[i].item() for i in index},
    }  # fmt: skip


@torch.no_grad()
def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cases = {}
    for name, model in export.parts(RUNS, UNetConfig()).items():
        shapes = {key: tuple(value.shape) for key, value in export.example_inputs(batch=1, k=2, frames=16)[name].items()}
        recipe = {key: {"dims": list(shape), "scale": 0.5, "offset": -5.0 if key in ("log_mel", "fbank") else 0.0} for key, shape in shapes.items()}
        if name == "clapText":
            recipe["attention_mask"] |= {"scale": 0.0, "offset": 1.0}
        if name == "unet":
            recipe["timestep"] |= {"scale": 0.0, "offset": 500.0}
        inputs = [wave(shapes[key], r["scale"], r["offset"]) for key, r in recipe.items()]
        outputs = model.eval()(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        cases[name] = {"inputs": recipe, "outputs": {key: summary(value) for key, value in zip(export.OUTPUTS[name], outputs)}}
    (folder / "graphs.json").write_text(json.dumps(cases, indent=1) + "\n")
    _, vocabulary = minilm.trimmed([sound.caption for sound in manifest.read()])
    tokenizer = Tokenizer.from_str(vocabulary.decode())
    tokenizer.enable_truncation(minilm.TOKENS)
    tokens = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
    states, mask = minilm.encode([TEXTS[0]])
    pooled = (states[0] * mask[0][:, None]).sum(0) / mask[0].sum()
    (folder / "text.json").write_text(json.dumps({"tokens": tokens, "encoder": {"text": TEXTS[0], **summary(torch.from_numpy(pooled))}}, indent=1) + "\n")
