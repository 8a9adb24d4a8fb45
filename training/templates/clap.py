"""LAION-CLAP (Wu et al., ICASSP 2023) as transformers publishes it: a tower for texts and one for sounds, in one folder."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

from templates.audioldm import TEXT
from templates.folder import write_folder
from templates.template import Part, Template, Wrapped

# Frames of ten seconds, which is all that the tower for sounds takes.
FRAMES = 1001
TINY: dict[str, Any] = {
    "spec_size": 256, "num_mel_bins": 64, "window_size": 8, "patch_size": 4, "patch_stride": [4, 4],
    "patch_embeds_hidden_size": 96, "hidden_size": 768, "depths": [2, 2, 6, 2], "num_attention_heads": [4, 8, 16, 32],
    "enable_fusion": False, "hidden_act": "gelu", "layer_norm_eps": 1e-5, "projection_dim": 512, "projection_hidden_act": "relu",
}  # fmt: skip
# Of larger_clap_general and of AudioLDM 2.
BASE: dict[str, Any] = {**TINY, "patch_embeds_hidden_size": 128, "hidden_size": 1024, "depths": [2, 2, 12, 2]}
FUSED: dict[str, Any] = {**TINY, "enable_fusion": True}
# preprocessor_config.json beside its truncation.
HEARING: dict[str, Any] = {
    "feature_size": 64, "sampling_rate": 48000, "hop_length": 480, "max_length_s": 10, "fft_window_size": 1024, "frequency_min": 50,
    "frequency_max": 14000,
}  # fmt: skip
SMALL_TEXT: dict[str, Any] = {**TEXT, "vocab_size": 200, "hidden_size": 48, "num_hidden_layers": 2, "intermediate_size": 96}
SMALL: dict[str, Any] = {
    **TINY, "patch_embeds_hidden_size": 16, "hidden_size": 128, "depths": [1, 2, 1, 1], "num_attention_heads": [2, 2, 4, 4],
}  # fmt: skip


def model(config: dict[str, Any]) -> ClapModel:
    return ClapModel._from_config(ClapConfig(**config), attn_implementation="eager")


def text(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return model.get_text_features(input_ids=input_ids, attention_mask=attention_mask).pooler_output

    clap = model({"audio_config": TINY, **config})
    del clap.audio_model, clap.audio_projection, clap.logit_scale_a, clap.logit_scale_t
    inputs = {
        "input_ids": torch.randint(3, config["text_config"]["vocab_size"], (2, 16)),
        "attention_mask": torch.ones(2, 16, dtype=torch.long),
    }
    length = {0: "batch", 1: "length"}
    axes = {"input_ids": length, "attention_mask": length, "embedding": {0: "batch"}}
    return Part(Wrapped(clap, call), inputs, ["embedding"], axes)


def audio(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, input_features: Tensor) -> Tensor:
        # Its feature extractor calls one sound longer than ten seconds, whether it is or not, where four views are fused.
        is_longer = torch.ones(input_features.shape[0], 1, dtype=torch.bool)
        return model.get_audio_features(input_features=input_features, is_longer=is_longer).pooler_output

    clap = model({"text_config": {**TEXT, "num_hidden_layers": 1}, **config})
    del clap.text_model, clap.text_projection, clap.logit_scale_a, clap.logit_scale_t
    sounds = config["audio_config"]
    views = 4 if sounds["enable_fusion"] else 1
    inputs = {"input_features": torch.randn(2, views, FRAMES, sounds["num_mel_bins"])}
    axes = {"input_features": {0: "batch"}, "embedding": {0: "batch"}}
    return Part(Wrapped(clap, call), inputs, ["embedding"], axes)


def published() -> list[Template]:
    sounds = {"unfused": TINY, "fused": FUSED, "larger": BASE}
    return [
        Template("clapText", "", "", {"text_config": TEXT}, text),
        *(Template("clapAudio", "", size, {"audio_config": config}, audio) for size, config in sounds.items()),
    ]


def small() -> list[Template]:
    return [
        Template("clapText", "", "", {"text_config": SMALL_TEXT}, text),
        Template("clapAudio", "", "unfused", {"audio_config": SMALL}, audio),
        Template("clapAudio", "", "fused", {"audio_config": {**SMALL, "enable_fusion": True}}, audio),
    ]


def build(folder: Path, size: str, dtype: torch.dtype) -> None:
    """The folder of a published size, without its tokenizer."""
    extractor = ClapFeatureExtractor(**HEARING, truncation="fusion" if size == "fused" else "rand_trunc")
    others = {"config.json": {"model_type": "clap", "architectures": ["ClapModel"]}, "preprocessor_config.json": extractor.to_dict()}
    write_folder(folder, published(), size, dtype, others)
