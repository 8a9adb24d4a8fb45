"""Stable Audio 3 at full size in the published layout with random weights, and what its reference implementation makes with it:
`python -m templates.stable_audio_3_checkpoint FOLDER`. `node bench/stable-audio-3-parity.ts FOLDER` compares the shipped templates.

In FOLDER/cases/cases.safetensors lie inputs and outputs of every part (`<part>/<name>`), and a whole take. The text encoder's weights
are bfloat16, as published; torch computes in fp32 with what that leaves of them.
"""

import argparse
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from templates import stable_audio_3_reference as reference
from templates.stable_audio_3 import TEXT, TEXT_FOLDER, TOKENS, published, t5gemma

SAMPLE_RATE = 44100
SEED = 5
PROMPT = [7, 31, 90, 4, 55, 12000, 255000]
TAKE = {"seconds": 3, "steps": 8, "sampler": "pingpong"}
TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def model_config() -> dict[str, Any]:
    configs = {template.part: template.config for template in published()}
    return {"sample_rate": SAMPLE_RATE, "model": configs["dit"]["model"] | configs["autoencoderDecoder"]["model"]}


def build(folder: Path, dtype: torch.dtype = torch.float32) -> None:
    (folder / TEXT_FOLDER).mkdir(parents=True)
    (folder / "model_config.json").write_text(json.dumps(model_config(), indent=1))
    (folder / TEXT_FOLDER / "config.json").write_text(json.dumps({"model_type": "t5gemma", "encoder": TEXT}, indent=1))
    with torch.device("meta"):
        body = {name: tuple(value.shape) for name, value in reference.model(model_config()).named_parameters()}
        text = {f"model.{name}": tuple(value.shape) for name, value in t5gemma(TEXT).named_parameters()}
    write_random(folder / "model.safetensors", body, dtype)
    write_random(folder / TEXT_FOLDER / "model.safetensors", text, torch.bfloat16)


def write_random(path: Path, shapes: dict[str, tuple[int, ...]], dtype: torch.dtype) -> None:
    """A safetensors file written tensor by tensor: all of them at once would take too much memory."""
    header: dict[str, Any] = {}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + int(np.prod(shape)) * dtype.itemsize
        header[name] = {"dtype": TYPES[dtype], "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            noise = torch.randn(shape, generator=torch.Generator().manual_seed(zlib.crc32(name.encode())))
            scale = float(np.prod(shape[1:]) ** -0.5) if len(shape) > 1 else 0.1
            values = noise * scale + (1 if name.endswith(("gamma", "alpha", "running_std")) else 0)
            file.write(values.to(dtype).flatten().view(torch.uint8).numpy().tobytes())


def loaded(module: nn.Module, file: Path, prefix: str = "") -> nn.Module:
    """The module with a file's weights, in fp32. Positions are the only buffers, and no weights."""
    weights = {name.removeprefix(prefix): value.float() for name, value in load_file(file).items()}
    missing, unexpected = module.load_state_dict(weights, strict=False, assign=True)
    if unexpected or any(not name.endswith(("inv_freq", "noise_scaling_factor")) for name in missing):
        raise ValueError(f"{file} does not fit: {[*missing, *unexpected][:5]}")
    return module.eval()


@torch.no_grad()
def cases(folder: Path) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(2)

    def noise(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    text = loaded(t5gemma(TEXT), folder / TEXT_FOLDER / "model.safetensors", "model.")
    tokens = {"input_ids": torch.randint(1, 256000, (1, 40), generator=generator), "attention_mask": torch.ones(1, 40, dtype=torch.long)}
    tokens["attention_mask"][:, 30:] = 0
    made = {f"textEncoder/{name}": value for name, value in tokens.items()} | {"textEncoder/states": text(**tokens).last_hidden_state}

    model = loaded(reference.model(model_config()), folder / "model.safetensors")
    step = {
        "states": noise(1, TOKENS, 768), "attention_mask": (torch.arange(TOKENS)[None] < 30).long(), "length": torch.tensor([0.03]),
        "shown": torch.ones(1, TOKENS + 1), "latent": noise(1, 256, 130), "timestep": torch.tensor([0.83]), "local": noise(1, 257, 130),
        "valid": (torch.arange(130)[None] < 127).long(),
    }  # fmt: skip
    made |= {f"transformer/{name}": value for name, value in step.items()} | {"transformer/velocity": reference.velocity(model, step)}
    same = model.pretransform.model
    waveform, latent = 0.3 * noise(1, 2, 8192 * 9), noise(1, 256, 22)
    made |= {"autoencoderEncoder/waveform": waveform, "autoencoderEncoder/latent": same.encode(waveform)}
    made |= {"autoencoderDecoder/latent": latent, "autoencoderDecoder/waveform": same.decode(latent)}

    reference.speak(model, text)
    made["take/waveform"] = reference.take(model, model_config(), PROMPT, TAKE, SEED)
    made["take/prompt"] = torch.tensor([PROMPT])
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", action="store_true", help="weights in fp16")
    options = parser.parse_args()
    build(options.folder, torch.float16 if options.half else torch.float32)
    (options.folder / "cases").mkdir()
    save_file({name: value.contiguous() for name, value in cases(options.folder).items()}, options.folder / "cases" / "cases.safetensors")
