"""Graphs without weights of every part of a Re-AudioLDM, as the app binds them to the files that `export` writes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from templates import audioldm, t5
from templates.attention import FusedAttention
from templates.images import run_turned
from templates.template import Part, Template, Wrapped
from templates.tiles import in_tiles

from refoley_training.models import audiomae_vit
from refoley_training.realdm.config import CLAP_WIDTH, LATENT, TEXT_TOKENS, TOKENS, Size
from refoley_training.realdm.model import ReAudioLDM

Config = dict[str, Any]


@dataclass(frozen=True)
class Configs:
    """What the graphs depend on of each model's configuration."""

    size: Size
    clap: Config
    words: Config
    audiomae: Config
    vae: Config
    vocoder: Config


def unet(config: Config) -> Part:
    size, k = Size(**{**config, "channels": tuple(config["channels"])}), 3
    inputs = {
        "sample": torch.randn(2, LATENT[0], audioldm.shortest(len(size.channels)), LATENT[2]),
        "timestep": torch.tensor([500.0, 20.0]),
        "text_embedding": torch.randn(2, CLAP_WIDTH),
        "audio_tokens": torch.randn(2, k, audiomae_vit.TOKENS, size.audio),
        "text_tokens": torch.randn(2, k, TEXT_TOKENS, size.text),
        "token_bias": torch.zeros(2, k, TOKENS),
    }
    batch, frames, neighbours = {0: "batch"}, {0: "batch", 2: "frames"}, {0: "batch", 1: "neighbours"}
    axes = {
        "sample": frames, "prediction": frames, "timestep": batch, "text_embedding": batch, "audio_tokens": neighbours,
        "text_tokens": neighbours, "token_bias": neighbours, "influence": neighbours,
    }  # fmt: skip
    return Part(Wrapped(ReAudioLDM(size), lambda model, *inputs: model(*inputs)), inputs, ["prediction", "influence"], axes, quicken)


def quicken(module: Wrapped) -> None:
    """Cross-attention stays as it is: what each neighbour received is read from its weights."""
    processors = module.model.unet.attn_processors
    module.model.unet.set_attn_processor({name: FusedAttention() if ".attn1." in name else each for name, each in processors.items()})
    run_turned(module, in_tiles(fewest=module.model.size.channels[0]))


def audio_mae(config: Config) -> Part:
    inputs = {"fbank": torch.randn(2, audiomae_vit.FRAMES, audiomae_vit.BINS) * 3 - 5}
    module = Wrapped(audiomae_vit.AudioMAE(**config), lambda model, fbank: model(fbank))
    return Part(module, inputs, ["tokens"], {"fbank": {0: "batch"}, "tokens": {0: "batch"}})


def templates(configs: Configs) -> list[Template]:
    def part(name: str, folder: str, config: Config, build: Callable[[Config], Part]) -> Template:
        return Template(name, folder, "", config, build)

    return [
        part("clapText", "text_encoder", configs.clap, audioldm.text_encoder),
        part("textEncoder", "text_encoder_2", configs.words, t5.encoder),
        part("audioMae", "audiomae", configs.audiomae, audio_mae),
        part("unet", "unet", asdict(configs.size), unet),
        part("vaeEncoder", "vae", configs.vae, audioldm.vae_encoder),
        part("vaeDecoder", "vae", configs.vae, audioldm.vae_decoder),
        part("vocoder", "vocoder", configs.vocoder, audioldm.vocoder),
    ]


def small() -> list[Template]:
    """Every kind of layer of the paper's, a few hundred kilobytes of weights."""
    configs = {template.part: template.config for template in audioldm.small()}
    words = {**t5.SIZES["large"], **t5.SMALL}
    size = Size((32, 32, 64), groups=32, heads=4, context=48, audio=24, text=words["d_model"])
    audiomae = {"width": size.audio, "depth": 4, "heads": 1}
    return templates(Configs(size, configs["textEncoder"], words, audiomae, configs["vaeDecoder"], configs["vocoder"]))
