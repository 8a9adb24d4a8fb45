"""Tango (Ghosal et al., ACM MM 2023): a UNet that attends to FLAN-T5's states, with AudioLDM's VAE and vocoder."""

from pathlib import Path
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from templates import audioldm, t5
from templates.folder import write_folder
from templates.template import Part, Template, Wrapped

WORDS = 14

# Of Stable Diffusion 2.1, which its authors name for it.
SCHEDULER: dict[str, Any] = {
    "_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "clip_sample": False, "prediction_type": "v_prediction", "set_alpha_to_one": False, "steps_offset": 1,
}  # fmt: skip


def unet_config(channels: tuple[int, ...], heads: tuple[int, ...], words: int) -> dict[str, Any]:
    attended = len(channels) - 1
    return {
        "in_channels": 8, "out_channels": 8, "block_out_channels": channels, "layers_per_block": 2,
        "down_block_types": (*("CrossAttnDownBlock2D",) * attended, "DownBlock2D"),
        "up_block_types": ("UpBlock2D", *("CrossAttnUpBlock2D",) * attended),
        "attention_head_dim": heads, "cross_attention_dim": words, "use_linear_projection": True, "dual_cross_attention": False,
        "only_cross_attention": False, "class_embed_type": None, "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-5,
        "center_input_sample": False, "flip_sin_to_cos": True, "freq_shift": 0, "downsample_padding": 1, "mid_block_scale_factor": 1,
        "resnet_time_scale_shift": "default",
    }  # fmt: skip


def unet(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, sample: Tensor, timestep: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        return model(sample, timestep, states, encoder_attention_mask=mask, return_dict=False)[0]

    inputs = {
        "sample": torch.randn(2, config["in_channels"], audioldm.shortest(len(config["block_out_channels"])), 16),
        "timestep": torch.tensor([500.0, 20.0]),
        "text_states": torch.randn(2, WORDS, config["cross_attention_dim"]),
        "text_mask": torch.ones(2, WORDS, dtype=torch.long),
    }
    time, words = {0: "batch", 2: "frames"}, {0: "batch", 1: "words"}
    axes = {"sample": time, "prediction": time, "timestep": {0: "batch"}, "text_states": words, "text_mask": words}
    return Part(Wrapped(UNet2DConditionModel(**config), call), inputs, ["prediction"], axes, audioldm.quicken_network)


def templates(model: dict[str, Any], words: dict[str, Any], vae: dict[str, Any], vocoder: dict[str, Any]) -> list[Template]:
    return [
        Template("unet", "unet", "", model, unet),
        Template("textEncoder", "text_encoder", "", words, t5.encoder),
        Template("vaeEncoder", "vae", "", vae, audioldm.vae_encoder),
        Template("vaeDecoder", "vae", "", vae, audioldm.vae_decoder),
        Template("vocoder", "vocoder", "", vocoder, audioldm.vocoder),
    ]


def published() -> list[Template]:
    model = unet_config((320, 640, 1280, 1280), (5, 10, 20, 20), 1024)
    return templates(model, t5.SIZES["flan-large"], audioldm.VAE, audioldm.VOCODER)


def small() -> list[Template]:
    """Every kind of layer of the published one, in two levels, with another number of heads in each."""
    model = {**unet_config((32, 64), (2, 4), 32), "layers_per_block": 1}
    vae = {**audioldm.VAE, "block_out_channels": (32, 64, 64)}
    return templates(model, {**t5.SIZES["flan-large"], **t5.SMALL}, vae, {**audioldm.VOCODER, "upsample_initial_channel": 64})


def build(folder: Path, size: str, dtype: torch.dtype) -> None:
    write_folder(folder, published(), size, dtype, {
        "scheduler/scheduler_config.json": SCHEDULER,
        "vae/config.json": {"scaling_factor": 0.9227914214134216}, "vocoder/config.json": {"sampling_rate": 16000},
    })  # fmt: skip
