"""AudioLDM (Liu et al., ICML 2023) at the sizes that were published, in diffusers' layout."""

from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import Tensor, nn
from transformers import ClapTextConfig, ClapTextModelWithProjection, SpeechT5HifiGan, SpeechT5HifiGanConfig

from templates.attention import FusedAttention
from templates.images import run_as_image, run_turned, split_upsampling
from templates.template import Part, Template, Wrapped
from templates.tiles import in_tiles

# Channels of the UNet's levels in audioldm-s-full(-v2), -m-full and -l-full; all else is the same in all of them.
CHANNELS = {"s": (128, 256, 384, 640), "m": (192, 384, 576, 960), "l": (256, 512, 768, 1280)}
EMBEDDING = 512
# The shortest latent that UNets of two levels take; VAE and vocoder take multiples of it.
FRAMES = 2


def unet_config(channels: tuple[int, ...]) -> dict[str, Any]:
    return {
        "in_channels": 8, "out_channels": 8, "block_out_channels": channels, "layers_per_block": 2,
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
        "attention_head_dim": 8, "cross_attention_dim": channels, "class_embed_type": "simple_projection",
        "projection_class_embeddings_input_dim": EMBEDDING, "class_embeddings_concat": True,
        "act_fn": "silu", "norm_num_groups": 32, "norm_eps": 1e-5, "center_input_sample": False, "flip_sin_to_cos": True,
        "freq_shift": 0, "downsample_padding": 1, "mid_block_scale_factor": 1, "resnet_time_scale_shift": "default",
    }  # fmt: skip


VAE: dict[str, Any] = {
    "in_channels": 1, "out_channels": 1, "block_out_channels": (128, 256, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 3, "up_block_types": ("UpDecoderBlock2D",) * 3,
    "latent_channels": 8, "layers_per_block": 2, "act_fn": "silu", "norm_num_groups": 32,
}  # fmt: skip
VOCODER: dict[str, Any] = {
    "model_in_dim": 64, "upsample_initial_channel": 1024, "upsample_rates": [5, 4, 2, 2, 2],
    "upsample_kernel_sizes": [16, 16, 8, 4, 4], "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5]] * 3, "leaky_relu_slope": 0.1, "normalize_before": False,
}  # fmt: skip
TEXT: dict[str, Any] = {
    "vocab_size": 50265, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
    "intermediate_size": 3072, "hidden_act": "gelu", "max_position_embeddings": 514, "type_vocab_size": 1,
    "layer_norm_eps": 1e-12, "pad_token_id": 1, "projection_dim": EMBEDDING, "projection_hidden_act": "relu",
}  # fmt: skip


def shortest(levels: int) -> int:
    """Frames of the latent that has a single column in the UNet's deepest level; others are multiples of it."""
    return 2 ** (levels - 1)


def unet(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, sample: Tensor, timestep: Tensor, text_embedding: Tensor) -> Tensor:
        return model(sample, timestep, None, class_labels=text_embedding, return_dict=False)[0]

    inputs = {
        "sample": torch.randn(2, config["in_channels"], shortest(len(config["block_out_channels"])), 16),
        "timestep": torch.tensor([500.0, 20.0]),
        "text_embedding": torch.randn(2, config["projection_class_embeddings_input_dim"]),
    }
    time = {0: "batch", 2: "frames"}
    axes = {"sample": time, "prediction": time, "timestep": {0: "batch"}, "text_embedding": {0: "batch"}}
    return Part(Wrapped(UNet2DConditionModel(**config), call), inputs, ["prediction"], axes, quicken_network)


def quicken_network(module: Wrapped) -> None:
    convolve = in_tiles(fewest=module.model.config.block_out_channels[0])
    module.model.set_attn_processor(FusedAttention())
    run_turned(module, convolve)
    split_upsampling(module.model, convolve)


def vae_decoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, latent: Tensor) -> Tensor:
        return model.decode(latent, return_dict=False)[0]

    # The encoder's weights are in the same file and not in this graph.
    model = AutoencoderKL(**config)
    del model.encoder, model.quant_conv
    axes = {"latent": {0: "batch", 2: "frames"}, "log_mel": {0: "batch", 2: "mel_frames"}}
    return Part(Wrapped(model, call), {"latent": torch.randn(2, config["latent_channels"], FRAMES, 16)}, ["log_mel"], axes, quicken_network)


def vae_encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, log_mel: Tensor) -> Tensor:
        return model.quant_conv(model.encoder(log_mel))

    model = AutoencoderKL(**config)
    del model.decoder, model.post_quant_conv
    axes = {"log_mel": {0: "batch", 2: "mel_frames"}, "moments": {0: "batch", 2: "frames"}}
    return Part(Wrapped(model, call), {"log_mel": torch.randn(2, 1, 4 * FRAMES, 64)}, ["moments"], axes, quicken_network)


def vocoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, log_mel: Tensor) -> Tensor:
        return model(log_mel)

    axes = {"log_mel": {0: "batch", 1: "mel_frames"}, "waveform": {0: "batch", 1: "samples"}}

    def quicken(module: Wrapped) -> None:
        convolve = in_tiles(fewest=config["upsample_initial_channel"] // 8)
        run_as_image(module.model, first=module.model.conv_pre, last=module.model.conv_post, convolve=convolve)

    inputs = {"log_mel": torch.randn(2, 4 * FRAMES, config["model_in_dim"])}
    return Part(Wrapped(SpeechT5HifiGan(SpeechT5HifiGanConfig(**config)), call), inputs, ["waveform"], axes, quicken)


def text_encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return model(input_ids=input_ids, attention_mask=attention_mask).text_embeds

    model = ClapTextModelWithProjection._from_config(ClapTextConfig(**config), attn_implementation="eager")
    inputs = {
        "input_ids": torch.randint(3, config["vocab_size"], (2, 16)),
        "attention_mask": torch.ones(2, 16, dtype=torch.long),
    }
    length = {0: "batch", 1: "length"}
    axes = {"input_ids": length, "attention_mask": length, "embedding": {0: "batch"}}
    return Part(Wrapped(model, call), inputs, ["embedding"], axes)


def templates(unets: dict[str, Any], vae: dict[str, Any], vocoder_config: dict[str, Any], text: dict[str, Any]) -> list[Template]:
    """Of UNets by their sizes, and of what all sizes share."""
    return [
        *(Template("unet", "unet", size, config, unet) for size, config in unets.items()),
        Template("textEncoder", "text_encoder", "", text, text_encoder),
        Template("vaeEncoder", "vae", "", vae, vae_encoder),
        Template("vaeDecoder", "vae", "", vae, vae_decoder),
        Template("vocoder", "vocoder", "", vocoder_config, vocoder),
    ]


def published() -> list[Template]:
    return templates({size: unet_config(channels) for size, channels in CHANNELS.items()}, VAE, VOCODER, TEXT)


def small() -> list[Template]:
    """Every kind of layer of the published ones, a few hundred kilobytes of weights."""
    text = {**TEXT, "vocab_size": 200, "hidden_size": 48, "num_hidden_layers": 2, "intermediate_size": 96}
    small_vae = {**VAE, "block_out_channels": (32, 64, 64)}
    return templates({"": unet_config((32, 64, 96, 160))}, small_vae, {**VOCODER, "upsample_initial_channel": 64}, text)
