"""AudioGen (Kreuk et al. 2023), as transformers has its kind (Musicgen): one step of the token decoder, and EnCodec's decoder.

Its T5 is a template of T5's own. Names are those of a MusicgenForConditionalGeneration's one file.
"""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import EncodecConfig, MusicgenConfig, MusicgenDecoderConfig, MusicgenForConditionalGeneration, T5Config

from templates.template import Part, Wrapped

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
    "normalize": False, "num_lstm_layers": 2, "num_residual_layers": 1, "pad_mode": "reflect",
}  # fmt: skip
TEXT: dict[str, Any] = {"d_model": 1024, "d_kv": 64, "d_ff": 4096, "num_layers": 24, "num_heads": 16, "vocab_size": 32128}


def model(decoder: dict[str, Any], codec: dict[str, Any], text: dict[str, Any]) -> MusicgenForConditionalGeneration:
    config = MusicgenConfig(text_encoder=T5Config(**text), audio_encoder=EncodecConfig(**codec), decoder=MusicgenDecoderConfig(**decoder))
    return MusicgenForConditionalGeneration(config).eval()


def decoder_step(whole: MusicgenForConditionalGeneration) -> Part:
    """codes [B, 4, 1], text_states [B, S, width], text_mask [B, S] (all 0: no text), past [T, 2 layers, B, heads, head width]
    -> logits [B, 4, vocabulary], present [1, 2 layers, B, heads, head width].

    Time comes first, so that whoever keeps the past appends to it and copies nothing.
    """
    config, text = whole.config.decoder, whole.config.text_encoder
    whole = MusicgenForConditionalGeneration(whole.config)
    del whole.text_encoder, whole.audio_encoder
    axes = {
        "codes": {0: "batch"}, "text_states": {0: "batch", 1: "length"}, "text_mask": {0: "batch", 1: "length"},
        "past": {0: "steps", 2: "batch"}, "logits": {0: "batch"}, "present": {2: "batch"},
    }  # fmt: skip
    heads = config.num_attention_heads
    inputs = {
        "codes": torch.randint(0, config.vocab_size, (2, CODEBOOKS, 1)),
        "text_states": torch.randn(2, 11, text.d_model),
        "text_mask": torch.ones(2, 11),
        "past": torch.randn(STEPS, 2 * config.num_hidden_layers, 2, heads, config.hidden_size // heads),
    }
    return Part(Wrapped(whole, step), inputs, ["logits", "present"], axes)


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


def codec_decoder(whole: MusicgenForConditionalGeneration) -> Part:
    """codes [B, 4, frames] -> waveform [B, 320 frames]"""

    def call(whole: nn.Module, codes: Tensor) -> Tensor:
        codec = whole.audio_encoder
        return codec.decoder(codec.quantizer.decode(codes.transpose(0, 1)))[:, 0]

    config = whole.config
    whole = MusicgenForConditionalGeneration(config)
    del whole.text_encoder, whole.decoder, whole.audio_encoder.encoder
    if hasattr(whole, "enc_to_dec_proj"):
        del whole.enc_to_dec_proj
    axes = {"codes": {0: "batch", 2: "frames"}, "waveform": {0: "batch", 1: "samples"}}
    return Part(Wrapped(whole, call), {"codes": torch.randint(0, config.audio_encoder.codebook_size, (2, CODEBOOKS, 23))}, ["waveform"], axes)
