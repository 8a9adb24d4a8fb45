"""What both families read and write."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def read_pickle(path: Path) -> dict[str, Any]:
    """Raises UnpicklingError where it holds more than tensors and plain values."""
    return torch.load(path, map_location="cpu", weights_only=True, mmap=True)


def below(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def require(what: str, build: Callable[[], nn.Module], weights: dict[str, Tensor]) -> None:
    """Raises ValueError unless the tensors are those of the module; it is not filled, and takes no memory."""
    with torch.device("meta"):
        wanted = {name: tuple(value.shape) for name, value in build().state_dict().items()}
    given = {name: tuple(value.shape) for name, value in weights.items()}
    wrong = [
        f"{name} is {given.get(name, 'missing')}, not {wanted.get(name, 'in this model')}"
        for name in sorted(wanted.keys() | given.keys())
        if wanted.get(name) != given.get(name)
    ]
    if wrong:
        raise ValueError(f"the {what} does not fit: {'; '.join(wrong[:5])}{f'; and {len(wrong) - 5} more' if len(wrong) > 5 else ''}")


def write_part(folder: Path, config: dict[str, Any], weights: dict[str, Tensor], name: str = "model") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config)
    save_file({name: value.contiguous() for name, value in weights.items()}, folder / f"{name}.safetensors", metadata={"format": "pt"})


def write_json(path: Path, said: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said, indent=1) + "\n")


def copy_tokenizer(t5: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name in TOKENIZER:
        shutil.copy(t5 / name, into / name)


def write_card(out: Path, licence: str) -> None:
    """What the authors' own card says of the licence, for the pack to carry it."""
    (out / "README.md").write_text(f"---\nlicense: {licence}\n---\n")
