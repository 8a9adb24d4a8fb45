"""AudioLDM 2 (Liu et al., TASLP 2024) at the sizes that were published, in diffusers' layout."""

from pathlib import Path
from typing import Any

import torch
from diffusers import AudioLDM2ProjectionModel, AudioLDM2UNet2DConditionModel
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model

from templates import audioldm, clap, t5
from templates.folder import write_folder
from templates.template import Part, Template, Wrapped

CHANNELS = (128, 256, 384, 640)
# Of each level: self-attention, the generated states, T5's states; the large one attends to itself once more.
BASE: dict[str, Any] = {"cross_attention_dim": [[None, 768, 1024]] * 4, "transformer_layers_per_block": 1}
LARGE: dict[str, Any] = {"cross_attention_dim": [[None, 768, 1024, None]] * 4, "transformer_layers_per_block": 2}

PROJECTION: dict[str, Any] = {
    "text_encoder_dim": 512, "text_encoder_1_dim": 1024, "langauge_model_dim": 768, "use_learned_position_embedding": None,
}  # fmt: skip
LANGUAGE: dict[str, Any] = {
    "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
    "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False,
}  # fmt: skip
GENERATED = 8
WORDS = 14

SCHEDULER: dict[str, Any] = {
    "_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear",
    "clip_sample": False, "prediction_type": "epsilon", "set_alpha_to_one": False, "steps_offset": 1,
}  # fmt: skip


def unet_config(size: dict[str, Any], channels: tuple[int, ...] = CHANNELS) -> dict[str, Any]:
    attended = len(channels) - 1
    return {
        "in_channels": 8, "out_channels": 8, "block_out_channels": channels, "layers_per_block": 2,
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * attended),
        "up_block_types": (*("CrossAttnUpBlock2D",) * attended, "UpBlock2D"), "attention_head_dim": 8,
        "use_linear_projection": False, "class_embed_type": None, "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-5,
        "flip_sin_to_cos": True, "freq_shift": 0, "downsample_padding": 1, "mid_block_scale_factor": 1,
        "resnet_time_scale_shift": "default", **size,
    }  # fmt: skip


def unet(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, sample: Tensor, timestep: Tensor, generated: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        return model(sample, timestep, generated, encoder_hidden_states_1=states, encoder_attention_mask_1=mask, return_dict=False)[0]

    _, generated, states, *_ = config["cross_attention_dim"][0]
    inputs = {
        "sample": torch.randn(2, config["in_channels"], audioldm.shortest(len(config["block_out_channels"])), 16),
        "timestep": torch.tensor([500.0, 20.0]),
        "generated_states": torch.randn(2, GENERATED, generated),
        "text_states": torch.randn(2, WORDS, states),
        "text_mask": torch.ones(2, WORDS, dtype=torch.long),
    }
    time, words = {0: "batch", 2: "frames"}, {0: "batch", 1: "words"}
    axes = {
        "sample": time, "prediction": time, "timestep": {0: "batch"}, "generated_states": {0: "batch", 1: "generated"},
        "text_states": words, "text_mask": words,
    }  # fmt: skip
    return Part(Wrapped(AudioLDM2UNet2DConditionModel(**config), call), inputs, ["prediction"], axes, audioldm.quicken_network)


def projection(config: dict[str, Any]) -> Part:
    """CLAP's embedding and T5's states [batch, words, width] to what the language model goes on from [batch, words + 5, width]."""

    def call(model: nn.Module, embedding: Tensor, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        # CLAP's one vector is always heard.
        one = torch.ones_like(mask[:, :1])
        projected = model(embedding[:, None], states, attention_mask=one, attention_mask_1=mask)
        return projected.hidden_states, projected.attention_mask

    inputs = {
        "text_embedding": torch.randn(2, config["text_encoder_dim"]),
        "text_states": torch.randn(2, WORDS, config["text_encoder_1_dim"]),
        "text_mask": torch.ones(2, WORDS, dtype=torch.long),
    }
    words, length = {0: "batch", 1: "words"}, {0: "batch", 1: "length"}
    axes = {"text_embedding": {0: "batch"}, "text_states": words, "text_mask": words, "states": length, "mask": length}
    return Part(Wrapped(AudioLDM2ProjectionModel(**config), call), inputs, ["states", "mask"], axes)


def language(config: dict[str, Any]) -> Part:
    """The state that comes after the given ones [batch, length, width]; run once for each one that is generated."""

    def call(model: nn.Module, states: Tensor, mask: Tensor) -> Tensor:
        return model(inputs_embeds=states, attention_mask=mask, use_cache=False).last_hidden_state[:, -1:]

    model = GPT2Model._from_config(GPT2Config(**config), attn_implementation="eager")
    # No words are read: it goes on from states.
    del model.wte
    length = {0: "batch", 1: "length"}
    axes = {"states": length, "mask": length, "next_state": {0: "batch"}}
    inputs = {"states": torch.randn(2, WORDS + 5, config["n_embd"]), "mask": torch.ones(2, WORDS + 5, dtype=torch.long)}
    return Part(Wrapped(model, call), inputs, ["next_state"], axes)


def templates(
    unets: dict[str, dict[str, Any]], towers: dict[str, Any], words: dict[str, Any], projected: dict[str, Any], predicted: dict[str, Any],
    vae: dict[str, Any], vocoder: dict[str, Any],
) -> list[Template]:  # fmt: skip
    """Of UNets by their sizes, and of what all sizes share: audioldm2-music is as the base one is."""
    return [
        *(Template("unet", "unet", size, config, unet) for size, config in unets.items()),
        Template("clapText", "text_encoder", "", {"text_config": towers["text_config"]}, clap.text),
        Template("clapAudio", "text_encoder", "", {"audio_config": towers["audio_config"]}, clap.audio),
        Template("textEncoder2", "text_encoder_2", "", words, t5.encoder),
        Template("projectionModel", "projection_model", "", projected, projection),
        Template("languageModel", "language_model", "", predicted, language),
        Template("vaeEncoder", "vae", "", vae, audioldm.vae_encoder),
        Template("vaeDecoder", "vae", "", vae, audioldm.vae_decoder),
        Template("vocoder", "vocoder", "", vocoder, audioldm.vocoder),
    ]


def published() -> list[Template]:
    unets = {"base": unet_config(BASE), "large": unet_config(LARGE)}
    towers = {"text_config": audioldm.TEXT, "audio_config": clap.BASE}
    return templates(unets, towers, t5.SIZES["flan-large"], PROJECTION, LANGUAGE, audioldm.VAE, audioldm.VOCODER)


def small() -> list[Template]:
    """Every kind of layer of the published ones, in two levels."""
    model = unet_config({**LARGE, "cross_attention_dim": [[None, 48, 32]] * 2, "layers_per_block": 1}, (32, 64))
    towers = {"text_config": clap.SMALL_TEXT, "audio_config": clap.SMALL}
    projected = {**PROJECTION, "text_encoder_1_dim": 32, "langauge_model_dim": 48}
    predicted = {**LANGUAGE, "n_embd": 48, "n_layer": 2, "n_head": 4}
    vae = {**audioldm.VAE, "block_out_channels": (32, 64, 64)}
    words = {**t5.SIZES["flan-large"], **t5.SMALL}
    return templates({"": model}, towers, words, projected, predicted, vae, {**audioldm.VOCODER, "upsample_initial_channel": 64})


def build(folder: Path, size: str, dtype: torch.dtype) -> None:
    write_folder(folder, published(), size, dtype, {
        "model_index.json": {"_class_name": "AudioLDM2Pipeline"}, "scheduler/scheduler_config.json": SCHEDULER,
        "vae/config.json": {"scaling_factor": 0.9227914214134216}, "vocoder/config.json": {"sampling_rate": 16000},
        "language_model/config.json": {"max_new_tokens": GENERATED},
    })  # fmt: skip
