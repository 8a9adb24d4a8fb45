"""AudioGen from audiocraft's state_dict.bin and compression_state_dict.bin to the layout of transformers' MusicGen.

Names and sizes are those of its authors' code (github.com/facebookresearch/audiocraft): both files hold `best_state` and the training's
configuration as YAML. T5 is not in them.
"""

import json
import re
from math import log2, prod
from pathlib import Path
from typing import Any

import yaml
from safetensors.torch import load_file
from torch import Tensor
from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig, MusicgenForConditionalGeneration, T5Config

from refoley_training.published.files import copy_tokenizer, read_pickle, require, write_card, write_part

LICENCE = "cc-by-nc-4.0"
PROJECTION = "condition_provider.conditioners.description.output_proj."
LANGUAGE = {
    r"^emb\.": "model.decoder.embed_tokens.", r"^transformer\.": "model.decoder.", r"^out_norm\.": "model.decoder.layer_norm.",
    r"^linears\.": "lm_heads.", r"\.cross_attention\.": ".encoder_attn.", r"\.linear([12])\.": r".fc\1.",
    r"\.norm1\.": ".self_attn_layer_norm.", r"\.norm_cross\.": ".encoder_attn_layer_norm.", r"\.norm2\.": ".final_layer_norm.",
}  # fmt: skip
CODEC = {
    r"^(encoder|decoder)\.model\.": r"\1.layers.", r"\.conv(tr)?\.conv(tr)?\.": ".conv.", r"^quantizer\.vq\.": "quantizer.",
    r"\._codebook\.": ".codebook.", r"\.weight_g$": ".parametrizations.weight.original0",
    r"\.weight_v$": ".parametrizations.weight.original1",
}  # fmt: skip


def lay_out(folder: Path, out: Path, t5: Path) -> None:
    """Raises FileNotFoundError, UnpicklingError, or ValueError for weights of another model."""
    language, codec = (read_pickle(folder / f"{name}.bin") for name in ("state_dict", "compression_state_dict"))
    if "best_state" not in codec:
        raise ValueError(f"compression_state_dict.bin only names a codec, {codec.get('pretrained')}: take the folder of that one's weights")
    words = json.loads((t5 / "config.json").read_text())
    config = {
        "architectures": ["MusicgenForConditionalGeneration"], "model_type": "musicgen",
        "text_encoder": {**words, "model_type": "t5"},
        "decoder": {**decoder_config(said(language)), "model_type": "musicgen_decoder"},
        "audio_encoder": {**codec_config(said(codec)), "model_type": "encodec"},
    }  # fmt: skip
    tensors = {name: value for file in sorted(t5.glob("*.safetensors")) for name, value in load_file(file).items()}
    # Of T5 the encoder alone, whose embedding may be under either of its names.
    embedding = tensors.get("shared.weight", tensors.get("encoder.embed_tokens.weight"))
    if embedding is None:
        raise ValueError(f"{t5} has no weights of a T5 in .safetensors files")
    encoder = {name: value for name, value in tensors.items() if name.startswith("encoder.") and "embed_tokens" not in name}
    weights = {f"text_encoder.{name}": value for name, value in (*encoder.items(), ("shared.weight", embedding))}
    weights |= {f"audio_encoder.{rename(name, CODEC)}": value for name, value in codec["best_state"].items()}
    weights |= decoder_weights(language["best_state"])

    tied = {"text_encoder.encoder.embed_tokens.weight": embedding}
    require("folder", lambda: MusicgenForConditionalGeneration(musicgen(config)), weights | tied)
    write_part(out, config, weights)
    copy_tokenizer(t5, out)
    write_card(out, LICENCE)


def musicgen(config: dict[str, Any]) -> MusicgenConfig:
    kinds = {"text_encoder": T5Config, "audio_encoder": EncodecConfig, "decoder": MusicgenDecoderConfig}
    return MusicgenConfig(**{name: kind(**config[name]) for name, kind in kinds.items()})


def said(package: dict[str, Any]) -> dict[str, Any]:
    """Its configuration, with what other keys say in place of their names: `${a.b}`."""
    whole = yaml.safe_load(package["xp.cfg"])

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: resolved(each) for key, each in value.items()}
        names = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
        if not names:
            return value
        found: Any = whole
        for name in names[1].split("."):
            found = found[name]
        return resolved(found)

    return {key: resolved(whole[key]) for key in ("transformer_lm", "seanet", "rvq", "sample_rate", "channels") if key in whole}


def decoder_config(config: dict[str, Any]) -> dict[str, Any]:
    language = config["transformer_lm"]
    return {
        "vocab_size": language["card"], "num_codebooks": language["n_q"], "hidden_size": language["dim"],
        "num_hidden_layers": language["num_layers"], "num_attention_heads": language["num_heads"],
        "ffn_dim": language["hidden_scale"] * language["dim"], "activation_function": language["activation"], "scale_embedding": False,
        "audio_channels": 1, "pad_token_id": language["card"], "bos_token_id": language["card"], "tie_word_embeddings": False,
    }  # fmt: skip


def codec_config(config: dict[str, Any]) -> dict[str, Any]:
    network, books, rate = config["seanet"], config["rvq"], config["sample_rate"]
    frames = rate / prod(network["ratios"])
    return {
        "sampling_rate": rate, "audio_channels": config["channels"], "upsampling_ratios": network["ratios"],
        "num_filters": network["n_filters"], "hidden_size": network["dimension"], "codebook_dim": network["dimension"],
        "codebook_size": books["bins"], "target_bandwidths": [books["n_q"] * log2(books["bins"]) * frames / 1000],
        "use_causal_conv": network["causal"],
        "use_conv_shortcut": not network["true_skip"], "norm_type": network["norm"], "normalize": False,
        "num_lstm_layers": network["lstm"], "num_residual_layers": network["n_residual_layers"], "pad_mode": network["pad_mode"],
    }  # fmt: skip


def decoder_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Queries, keys and values, which audiocraft keeps in one [3 width, width], apart."""
    weights: dict[str, Tensor] = {}
    for name, value in state.items():
        if name.startswith(PROJECTION):
            weights[f"enc_to_dec_proj.{name.removeprefix(PROJECTION)}"] = value
            continue
        own = f"decoder.{rename(name, LANGUAGE)}"
        if own.endswith("in_proj_weight"):
            for kind, rows in zip("qkv", value.chunk(3), strict=True):
                weights[own.replace("in_proj_weight", f"{kind}_proj.weight")] = rows
        else:
            weights[own] = value
    return weights


def rename(name: str, rules: dict[str, str]) -> str:
    for pattern, new in rules.items():
        name = re.sub(pattern, new, name)
    return name
