"""Tango (Ghosal et al., 2023) from pytorch_model_main.bin and pytorch_model_vae.bin to diffusers' layout.

Names and sizes are those of its authors' code (github.com/declare-lab/tango): `AudioDiffusion` holds `unet.` as diffusers names it and
`text_encoder.` as transformers does, `AutoencoderKL` the names of latent diffusion and a HiFi-GAN below `vocoder.`.
"""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
from templates import audioldm, tango
from torch import Tensor
from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel

from refoley_training.published.files import below, copy_tokenizer, read_pickle, require, write_card, write_json, write_part

LICENCE = "cc-by-nc-sa-4.0"
UNET = tango.unet_config((320, 640, 1280, 1280), (5, 10, 20, 20), 1024)
DIFFUSERS = "diffusion_pytorch_model"
# Fixed in its code.
VOCODER: dict[str, Any] = {**audioldm.VOCODER, "sampling_rate": 16000}


def lay_out(folder: Path, out: Path, t5: Path, unet: dict[str, Any] = UNET) -> None:
    """Raises FileNotFoundError, UnpicklingError, or ValueError for weights of another model."""
    main, first_stage = (read_pickle(folder / f"pytorch_model_{part}.bin") for part in ("main", "vae"))
    said = json.loads((folder / "vae_config.json").read_text())

    weights = below(main, "unet.")
    require("UNet", lambda: UNet2DConditionModel(**unet), weights)
    write_part(out / "unet", {"_class_name": "UNet2DConditionModel", **unet}, weights, DIFFUSERS)

    words = json.loads((t5 / "config.json").read_text())
    # The embedding is stored under both of its names.
    weights = {name: value for name, value in below(main, "text_encoder.").items() if name != "encoder.embed_tokens.weight"}
    require("text encoder", lambda: T5EncoderModel(T5Config(**words)), {**weights, "encoder.embed_tokens.weight": weights["shared.weight"]})
    write_part(out / "text_encoder", words, weights)

    config = vae_config(said["ddconfig"])
    weights = convert_ldm_vae_checkpoint({name: value for name, value in first_stage.items() if not name.startswith("vocoder.")}, config)
    require("VAE", lambda: AutoencoderKL(**config), weights)
    write_part(out / "vae", {"_class_name": "AutoencoderKL", **config, "scaling_factor": said["scale_factor"]}, weights, DIFFUSERS)

    config, weights = vocoder(below(first_stage, "vocoder."))
    require("vocoder", lambda: SpeechT5HifiGan(SpeechT5HifiGanConfig(**config)), weights)
    write_part(out / "vocoder", config, weights)

    copy_tokenizer(t5, out / "tokenizer")
    write_json(out / "scheduler" / "scheduler_config.json", tango.SCHEDULER)
    write_json(out / "model_index.json", {"_class_name": "TangoPipeline"})
    write_card(out, LICENCE)


def vae_config(said: dict[str, Any]) -> dict[str, Any]:
    """Of latent diffusion's `ddconfig`."""
    channels = [said["ch"] * factor for factor in said["ch_mult"]]
    return {
        **audioldm.VAE, "in_channels": said["in_channels"], "out_channels": said["out_ch"], "block_out_channels": channels,
        "down_block_types": ["DownEncoderBlock2D"] * len(channels), "up_block_types": ["UpDecoderBlock2D"] * len(channels),
        "latent_channels": said["z_channels"], "layers_per_block": said["num_res_blocks"],
    }  # fmt: skip


def vocoder(weights: dict[str, Tensor]) -> tuple[dict[str, Any], dict[str, Tensor]]:
    width, bins, _ = weights["conv_pre.weight"].shape
    config = {**VOCODER, "upsample_initial_channel": width, "model_in_dim": bins}
    named = {f"upsampler.{name.removeprefix('ups.')}" if name.startswith("ups.") else name: value for name, value in weights.items()}
    # What transformers normalises by; this one is not asked to.
    return config, {**named, "mean": torch.zeros(bins), "scale": torch.ones(bins)}
