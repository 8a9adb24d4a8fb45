"""AudioGen (Kreuk et al. 2023), as transformers has its kind (Musicgen): T5, one step of the token decoder, and EnCodec's decoder.

Weights are named as in the one file of a MusicgenForConditionalGeneration. The authors publish two pickles instead: somebody has to
have brought them into that layout.
"""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig, MusicgenForConditionalGeneration, T5Config

from templates import t5
from templates.template import Part, Template, Wrapped

CODEBOOKS = 4
MASKED = -10_000.0
STEPS = 7  # already made when a step is traced

DECODER: dict[str, Any] = {
    "vocab_size": 2048, "num_codebooks": CODEBOOKS, "hidden_size": 1536, "num_hidden_layers": 48, "num_attention_heads": 24, "ffn_dim": 6144,
    "activation_function": "gelu", "scale_embedding": False, "audio_channels": 1, "pad_token_id": 2048, "bos_token_id": 2048,
}  # fmt: skip
CODEC: dict[str, Any] = {
    "sampling_rate": 16_000, "audio_channels": 1, "upsampling_ratios": [8, 5, 4, 2], "num_filters": 64, "hidden_size": 128, "codebook_dim": 128,
    "codebook_size": 2048, "target_bandwidths": [2.2], "use_causal_conv": False, "use_conv_shortcut": False, "norm_type": "weight_norm",
    "normalize": False, "num_lstm_layers": 2, "num_residual_layers": 1, "pad_mode": "constant",
}  # fmt: skip
# audiocraft's configurations say the first, its code the second where one says nothing.
PADDINGS = ["constant", "reflect"]

MEDIUM: dict[str, Any] = {"decoder": DECODER, "audio_encoder": CODEC, "text_encoder": t5.SIZES["large"]}

SMALL: dict[str, Any] = {
    "decoder": {
        **DECODER, "vocab_size": 64, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 64, "pad_token_id": 64,
        "bos_token_id": 64,
    },
    # 50 frames a second, as the published one has, and as many bits a frame as make four codebooks of 64.
    "audio_encoder": {
        **CODEC, "num_filters": 4, "hidden_size": 16, "codebook_dim": 16, "codebook_size": 64, "upsampling_ratios": [4, 2],
        "sampling_rate": 400, "target_bandwidths": [1.2],
    },
    "text_encoder": {**t5.SIZES["large"], **t5.SMALL},
}  # fmt: skip

LEAN: dict[str, dict[str, Any]] = {
    "text_encoder": {"num_layers": 1, "d_ff": 8, "vocab_size": 8}, "audio_encoder": {"num_filters": 2, "num_lstm_layers": 1},
    "decoder": {"num_hidden_layers": 1, "ffn_dim": 8},
}  # fmt: skip


def model(config: dict[str, Any], without: tuple[str, ...] = ()) -> MusicgenForConditionalGeneration:
    """As the file is, less what a part does not run, which is made no larger than it need be."""
    kinds = {"text_encoder": T5Config, "audio_encoder": EncodecConfig, "decoder": MusicgenDecoderConfig}
    lean = {name: LEAN[name] if name in without else {} for name in kinds}
    parts = {name: kind(**{**MEDIUM[name], **config.get(name, {}), **lean[name]}) for name, kind in kinds.items()}
    whole = MusicgenForConditionalGeneration(MusicgenConfig(**parts)).eval()
    for name in without:
        if hasattr(whole, name):  # widths that agree are not projected
            delattr(whole, name)
    return whole


def text_encoder(config: dict[str, Any]) -> Part:
    def call(whole: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return whole.text_encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    whole = model(config, ("audio_encoder", "decoder", "enc_to_dec_proj"))
    whole.text_encoder.set_attn_implementation("eager")
    inputs = {"input_ids": torch.randint(3, config["text_encoder"]["vocab_size"], (2, 16)), "attention_mask": torch.ones(2, 16, dtype=torch.long)}
    length = {0: "batch", 1: "length"}
    return Part(Wrapped(whole, call), inputs, ["states"], dict.fromkeys(("input_ids", "attention_mask", "states"), length))


def decoder_step(config: dict[str, Any]) -> Part:
    """codes [B, 4, 1], text_states [B, S, width], text_mask [B, S] (all 0: no text), past [T, 2 layers, B, heads, head width]
    -> logits [B, 4, vocabulary], present [1, 2 layers, B, heads, head width].

    Time comes first, so that whoever keeps the past appends to it and copies nothing.
    """
    decoder, text = config["decoder"], config["text_encoder"]
    heads = decoder["num_attention_heads"]
    inputs = {
        "codes": torch.randint(0, decoder["vocab_size"], (2, CODEBOOKS, 1)),
        "text_states": torch.randn(2, 11, text["d_model"]),
        "text_mask": torch.ones(2, 11),
        "past": torch.randn(STEPS, 2 * decoder["num_hidden_layers"], 2, heads, decoder["hidden_size"] // heads),
    }
    axes = {
        "codes": {0: "batch"}, "text_states": {0: "batch", 1: "length"}, "text_mask": {0: "batch", 1: "length"},
        "past": {0: "steps", 2: "batch"}, "logits": {0: "batch"}, "present": {2: "batch"},
    }  # fmt: skip
    return Part(Wrapped(model(config, ("text_encoder", "audio_encoder")), step), inputs, ["logits", "present"], axes)


def step(whole: nn.Module, codes: Tensor, text_states: Tensor, text_mask: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
    decoder = whole.decoder.model.decoder
    states = getattr(whole, "enc_to_dec_proj", nn.Identity())(text_states) * text_mask[..., None]
    unheard = ((1 - text_mask) * MASKED)[:, None, None]
    x = sum(embed(codes[:, book]) for book, embed in enumerate(decoder.embed_tokens)) + position(past.shape[0], decoder.d_model, codes)
    present = []
    for index, layer in enumerate(decoder.layers):
        attention, y = layer.self_attn, layer.self_attn_layer_norm(x)
        key, value = (project(y).unflatten(-1, (attention.num_heads, -1)).transpose(0, 1) for project in (attention.k_proj, attention.v_proj))
        present += [key, value]  # each [1, B, heads, width]
        keys, values = torch.cat([past[:, 2 * index], key]), torch.cat([past[:, 2 * index + 1], value])
        x = x + attend(attention, y, keys.permute(1, 2, 0, 3), values.permute(1, 2, 0, 3), None)
        attention, y = layer.encoder_attn, layer.encoder_attn_layer_norm(x)
        key, value = (project(states).unflatten(-1, (attention.num_heads, -1)).transpose(1, 2) for project in (attention.k_proj, attention.v_proj))
        x = x + attend(attention, y, key, value, unheard)
        x = x + layer.fc2(layer.activation_fn(layer.fc1(layer.final_layer_norm(x))))
    x = decoder.layer_norm(x)
    logits = torch.stack([head(x)[:, 0] for head in whole.decoder.lm_heads], dim=1)
    return logits, torch.stack(present, dim=1)


def attend(attention: nn.Module, x: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """x [B, 1, width], key and value [B, heads, S, head width]"""
    query = attention.q_proj(x).unflatten(-1, (attention.num_heads, -1)).transpose(1, 2) * attention.scaling
    logits = query @ key.transpose(-1, -2)
    weights = (logits if bias is None else logits + bias).softmax(dim=-1)
    return attention.out_proj((weights @ value).transpose(1, 2).flatten(2))


def position(step: int | Tensor, width: int, like: Tensor) -> Tensor:
    """The sinusoids of one step, made here: a table of them would be megabytes of graph. [width]"""
    half = width // 2
    rate = torch.exp(torch.arange(half).float() * (-torch.log(torch.tensor(10_000.0)) / (half - 1)))
    angle = torch.ones_like(like[:1, 0, 0]).float() * step * rate
    return torch.cat([angle.cos(), angle.sin()])


def codec_decoder(config: dict[str, Any]) -> Part:
    """codes [B, 4, frames] -> waveform [B, 320 frames]"""

    def call(whole: nn.Module, codes: Tensor) -> Tensor:
        codec = whole.audio_encoder
        return codec.decoder(codec.quantizer.decode(codes.transpose(0, 1)))[:, 0]

    whole = model(config, ("text_encoder", "decoder", "enc_to_dec_proj"))
    del whole.audio_encoder.encoder
    codes = torch.randint(0, config["audio_encoder"]["codebook_size"], (2, CODEBOOKS, 23))
    axes = {"codes": {0: "batch", 2: "frames"}, "waveform": {0: "batch", 1: "samples"}}
    return Part(Wrapped(whole, call), {"codes": codes}, ["waveform"], axes)


def templates(config: dict[str, Any], paddings: list[str]) -> list[Template]:
    """One graph of each part, but for the codec's of each way in which it pads its edges."""
    text, decoder, codec = (config[name] for name in ("text_encoder", "decoder", "audio_encoder"))
    return [
        Template("textEncoder", "", "", {"text_encoder": text}, text_encoder),
        Template("decoder", "", "", {"text_encoder": {"d_model": text["d_model"]}, "decoder": decoder}, decoder_step),
        *(Template("codecDecoder", "", size, {"audio_encoder": {**codec, "pad_mode": size}}, codec_decoder) for size in paddings),
    ]


def published() -> list[Template]:
    return templates(MEDIUM, PADDINGS)


def small() -> list[Template]:
    return templates(SMALL, PADDINGS[:1])
