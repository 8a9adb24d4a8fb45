"""Encoders of T5 (Raffel et al., JMLR 2020) and FLAN-T5, as transformers publishes them."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import T5Config, T5EncoderModel

from templates.folder import write_folder
from templates.template import Part, Template, Wrapped


def _config(width: int, inner: int, layers: int, heads: int, activation: str) -> dict[str, Any]:
    return {
        "vocab_size": 32128, "d_model": width, "d_kv": 64, "d_ff": inner, "num_layers": layers, "num_heads": heads,
        "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6,
        "feed_forward_proj": activation,
    }  # fmt: skip


SIZES: dict[str, dict[str, Any]] = {
    "small": _config(512, 2048, 6, 8, "relu"),
    "base": _config(768, 3072, 12, 12, "relu"),
    "large": _config(1024, 4096, 24, 16, "relu"),
    "flan-small": _config(512, 1024, 8, 6, "gated-gelu"),
    "flan-base": _config(768, 2048, 12, 12, "gated-gelu"),
    "flan-large": _config(1024, 2816, 24, 16, "gated-gelu"),
}
SMALL: dict[str, Any] = {"vocab_size": 200, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}


def encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    model = T5EncoderModel._from_config(T5Config(**config), attn_implementation="eager")
    inputs = {
        "input_ids": torch.randint(3, config["vocab_size"], (2, 16)),
        "attention_mask": torch.ones(2, 16, dtype=torch.long),
    }
    length = {0: "batch", 1: "length"}
    axes = {name: length for name in ("input_ids", "attention_mask", "states")}
    return Part(Wrapped(model, call), inputs, ["states"], axes)


def published() -> list[Template]:
    return [Template("textEncoder", "", size, config, encoder) for size, config in SIZES.items()]


def small() -> list[Template]:
    return [Template("textEncoder", "", size, {**SIZES[size], **SMALL}, encoder) for size in ("small", "flan-small")]


def build(folder: Path, size: str, dtype: torch.dtype) -> None:
    write_folder(folder, published(), size, dtype, {})
