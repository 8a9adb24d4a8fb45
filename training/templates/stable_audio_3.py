"""Stable Audio 3 at its small sizes (Evans et al., 2026; Parker et al., 2026), in the layout that Stability AI publishes.

Written anew after the reference implementation (github.com/Stability-AI/stable-audio-3), whose flash and flex attention cannot be
traced. Differences: lengths have to fit (even numbers of latent frames, samples by 8192), keys and values of the text are
computed once and not at every step, and the decoder adds none of the slight noise that it was trained with.
`stable_audio_3_reference.py` compares the two.

All but the text encoder lie in one file; their modules are nested as in it, so that their weights have the names that they have there.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import T5GemmaConfig, T5GemmaEncoderModel

from templates.template import Part, Template, Wrapped

TEXT_FOLDER = "t5gemma-b-b-ul2"
TOKENS = 256

# What of model_config.json shapes the graphs.
DIT: dict[str, Any] = {
    "io_channels": 256, "embed_dim": 1024, "depth": 20, "num_heads": 16, "cond_token_dim": 768, "global_cond_dim": 768,
    "local_add_cond_dim": 257, "num_memory_tokens": 64, "global_cond_type": "adaLN", "timestep_features_type": "expo",
    "norm_type": "rms_norm", "attn_kwargs": {"qk_norm": "rms", "differential": False}, "ff_kwargs": {"mult": 4.0},
}  # fmt: skip
SAME: dict[str, Any] = {
    "channels": 128, "c_mults": [6], "strides": [16], "latent_dim": 256, "transformer_depths": [6], "dim_heads": 64,
    "differential": True, "dyt": True, "variable_stride": True, "chunk_size": 32, "chunk_midpoint_shift": True,
}  # fmt: skip
AUTOENCODER: dict[str, Any] = {
    "encoder": {"config": {**SAME, "in_channels": 512, "conv_mapping": False}},
    "decoder": {"config": {**SAME, "out_channels": 512, "conv_mapping": True, "sinusoidal_blocks": [0]}},
    "bottleneck": {"config": {"dim": 256, "noise_augment_dim": 0, "auto_scale": True}},
    "pretransform": {"config": {"patch_size": 256, "channels": 2}},
    "latent_dim": 256, "downsampling_ratio": 4096, "io_channels": 2,
}  # fmt: skip
TEXT: dict[str, Any] = {
    "vocab_size": 256000, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "num_key_value_heads": 12,
    "head_dim": 64, "intermediate_size": 2048, "query_pre_attn_scalar": 64, "attn_logit_softcapping": 50.0,
    "rms_norm_eps": 1e-6, "hidden_activation": "gelu_pytorch_tanh", "sliding_window": 4096, "rope_theta": 10000.0,
}  # fmt: skip


class Nested(nn.Module):
    """A module at its place in the published file: "a.b" makes its weights a.b.*."""

    def __init__(self, path: str, module: nn.Module):
        super().__init__()
        first, _, rest = path.partition(".")
        self.add_module(first, Nested(rest, module) if rest else module)


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float):
        super().__init__()
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return x / (x.pow(2).mean(-1, keepdim=True) + self.eps).sqrt() * self.gamma


class DynamicTanh(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1))
        self.gamma = nn.Parameter(torch.ones(dim))
        self.beta = nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(self.alpha * x) * self.gamma + self.beta


class FourierFeatures(nn.Module):
    """Cosines and sines of a number at frequencies from 0.5 to 10000, [batch] to [batch, dim]. The order of operations matters."""

    def __init__(self, dim: int):
        super().__init__()
        low, high = math.log(0.5), math.log(10000.0)
        self.register_buffer("freqs", torch.exp(torch.linspace(0, 1, dim // 2) * (high - low) + low), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        angles = x[:, None] * self.freqs * 2 * math.pi
        return torch.cat([angles.cos(), angles.sin()], -1)


class Rotation(nn.Module):
    """Rotary positions on the first dims of each head. The sines carry the sign of the half that they are for."""

    def __init__(self, dim: int, head: int):
        super().__init__()
        self.sizes = [dim // 2, dim // 2, head - dim]
        self.register_buffer("inv_freq", 1.0 / 10000 ** (torch.arange(0, dim, 2).float() / dim), persistent=False)

    def tables(self, length: int | Tensor) -> tuple[Tensor, Tensor]:
        """Factors [length, head] for `forward`."""
        angles = torch.arange(length)[:, None] * self.inv_freq
        cos, sin = angles.cos(), angles.sin()
        rest = F.pad(angles[:, :0], (0, self.sizes[2]))
        return torch.cat([cos, cos, rest + 1], -1), torch.cat([-sin, sin, rest], -1)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        first, second, rest = x.split(self.sizes, -1)
        return x * cos + torch.cat([second, first, rest], -1) * sin


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """[..., heads, length, head] each, keys and values perhaps of another length."""
    return torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, -1) @ v


def mlp(width_in: int, width: int, width_out: int, bias: bool) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width_in, width, bias=bias), nn.SiLU(), nn.Linear(width, width_out, bias=bias))


class GatedLinear(nn.Module):
    def __init__(self, width_in: int, width_out: int):
        super().__init__()
        self.proj = nn.Linear(width_in, 2 * width_out)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.silu(gate)


class FeedForward(nn.Module):
    def __init__(self, dim: int, mult: float):
        super().__init__()
        inner = int(dim * mult)
        self.ff = nn.Sequential(GatedLinear(dim, inner), nn.Identity(), nn.Linear(inner, dim))

    def forward(self, x: Tensor) -> Tensor:
        return self.ff(x)


class SelfAttention(nn.Module):
    """Plain, or differential: what a second pair of queries and keys attends to is taken away (Ye et al., 2024)."""

    def __init__(self, dim: int, heads: int, norm: Any, differential: bool):
        super().__init__()
        self.heads = heads
        self.pairs = 2 if differential else 1
        self.to_qkv = nn.Linear(dim, dim * (2 * self.pairs + 1), bias=False)
        self.to_out = nn.Linear(dim, dim, bias=False)
        self.q_norm = norm(dim // heads)
        self.k_norm = norm(dim // heads)

    def forward(self, x: Tensor, rotation: Rotation, tables: tuple[Tensor, Tensor], sizes: tuple[Any, Any], valid: Tensor | None) -> Tensor:
        """x: [batch, length, dim]; sizes: batch and length; valid: [batch, 1, length, 1], 0 for values that count as zeros."""
        split = self.to_qkv(x).reshape(*sizes, -1, self.heads, x.shape[-1] // self.heads).permute(2, 0, 3, 1, 4)
        v = split[2] if valid is None else split[2] * valid
        attended = [
            attend(rotation(self.q_norm(split[q]), *tables), rotation(self.k_norm(split[k]), *tables), v)
            for q, k in ((0, 1), (3, 4))[: self.pairs]
        ]
        total = attended[0] - attended[1] if self.pairs == 2 else attended[0]
        return self.to_out(total.transpose(1, 2).reshape(*sizes, -1))


class CrossAttention(nn.Module):
    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(dim, dim, bias=False)
        self.to_out = nn.Linear(dim, dim, bias=False)
        self.q_norm = RMSNorm(dim // heads, 1e-6)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, sizes: tuple[Any, Any]) -> Tensor:
        q = self.q_norm(self.to_q(x).reshape(*sizes, self.heads, -1).transpose(1, 2))
        return self.to_out(attend(q, keys, values).transpose(1, 2).reshape(*sizes, -1))


class CrossContext(nn.Module):
    """The other half of a cross attention, which is the same at every step."""

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_kv = nn.Linear(dim, 2 * dim, bias=False)
        self.k_norm = RMSNorm(dim // heads, 1e-6)

    def forward(self, x: Tensor) -> Tensor:
        """Keys and values of [batch, tokens, dim]: [batch, 2, heads, tokens, head]."""
        k, v = self.to_kv(x).reshape(x.shape[0], x.shape[1], 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        return torch.stack([self.k_norm(k), v], 1)


class DitBlock(nn.Module):
    def __init__(self, config: dict[str, Any]):
        super().__init__()
        dim, heads = config["embed_dim"], config["num_heads"]
        self.pre_norm = RMSNorm(dim, 1e-5)
        self.self_attn = SelfAttention(dim, heads, lambda head: RMSNorm(head, 1e-6), config["attn_kwargs"]["differential"])
        self.cross_attend_norm = RMSNorm(dim, 1e-5)
        self.cross_attn = CrossAttention(dim, heads)
        self.ff_norm = RMSNorm(dim, 1e-5)
        self.ff = FeedForward(dim, config["ff_kwargs"]["mult"])
        self.to_scale_shift_gate = nn.Parameter(torch.zeros(6 * dim))
        self.to_local_embed = mlp(config["local_add_cond_dim"], dim, dim, True)


class Transformer(nn.Module):
    def __init__(self, config: dict[str, Any]):
        super().__init__()
        dim = config["embed_dim"]
        self.project_in = nn.Linear(config["io_channels"], dim, bias=False)
        self.project_out = nn.Linear(dim, config["io_channels"], bias=False)
        self.memory_tokens = nn.Parameter(torch.zeros(config["num_memory_tokens"], dim))
        self.global_cond_embedder = mlp(dim, dim, 6 * dim, True)
        self.layers = nn.ModuleList([DitBlock(config) for _ in range(config["depth"])])


class Context(nn.Module):
    """What of the transformer is run before the first step."""

    def __init__(self, config: dict[str, Any]):
        super().__init__()
        dim = config["embed_dim"]
        self.to_cond_embed = mlp(config["cond_token_dim"], dim, dim, False)
        self.to_global_embed = mlp(config["global_cond_dim"], dim, dim, False)
        layers = [Nested("cross_attn", CrossContext(dim, config["num_heads"])) for _ in range(config["depth"])]
        self.transformer = Nested("layers", nn.ModuleList(layers))

    def forward(self, cross: Tensor, seconds: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, tokens, cond_token_dim] and [batch, global_cond_dim]: keys and values of all layers
        [batch, 2 layers, heads, tokens, head] and the global embedding [batch, embed_dim]."""
        x = self.to_cond_embed(cross)
        return torch.cat([layer.cross_attn(x) for layer in self.transformer.layers], 1), self.to_global_embed(seconds)


class Dit(nn.Module):
    """A step of the diffusion transformer."""

    def __init__(self, config: dict[str, Any]):
        super().__init__()
        dim = config["embed_dim"]
        self.features = FourierFeatures(256)
        self.to_timestep_embed = mlp(256, dim, dim, True)
        self.preprocess_conv = nn.Conv1d(config["io_channels"], config["io_channels"], 1, bias=False)
        self.postprocess_conv = nn.Conv1d(config["io_channels"], config["io_channels"], 1, bias=False)
        self.transformer = Transformer(config)
        head = dim // config["num_heads"]
        self.rotation = Rotation(max(head // 2, 32), head)

    def forward(self, latent: Tensor, timestep: Tensor, context: Tensor, global_embed: Tensor, local: Tensor, valid: Tensor) -> Tensor:
        """latent [batch, channels, frames], timestep [batch], local [batch, local channels, frames or 1], valid [batch, frames]: velocity."""
        body = self.transformer
        modulation = body.global_cond_embedder(global_embed + self.to_timestep_embed(self.features(timestep)))
        memory = body.memory_tokens.expand(latent.shape[0], -1, -1)
        count = memory.shape[1]
        x = torch.cat([memory, body.project_in((self.preprocess_conv(latent) + latent).transpose(1, 2))], 1)
        sizes = (x.shape[0], x.shape[1])
        tables = self.rotation.tables(x.shape[1])
        valid = F.pad(valid.float(), (count, 0), value=1.0)[:, None, :, None]
        local = local.transpose(1, 2)
        for index, layer in enumerate(body.layers):
            scale, shift, gate, ff_scale, ff_shift, ff_gate = (layer.to_scale_shift_gate + modulation)[:, None].chunk(6, -1)
            attended = layer.self_attn(layer.pre_norm(x) * (1 + scale) + shift, self.rotation, tables, sizes, valid)
            x = x + attended * torch.sigmoid(1 - gate)
            x = x + layer.cross_attn(layer.cross_attend_norm(x), context[:, 2 * index], context[:, 2 * index + 1], sizes)
            x = torch.cat([x[:, :count], x[:, count:] + layer.to_local_embed(local)], 1)
            x = x + layer.ff(layer.ff_norm(x) * (1 + ff_scale) + ff_shift) * torch.sigmoid(1 - ff_gate)
        velocity = body.project_out(x[:, count:]).transpose(1, 2)
        return self.postprocess_conv(velocity) + velocity


class Conditioners(nn.Module):
    """What the text is padded with and what the length becomes, by their published names."""

    def __init__(self, dim: int):
        super().__init__()
        self.prompt = nn.Module()
        self.prompt.padding_embedding = nn.Parameter(torch.zeros(dim))
        self.seconds_total = Nested("embedder.embedding", nn.ModuleDict({"1": nn.Linear(256, dim)}))
        self.features = FourierFeatures(256)

    def forward(self, states: Tensor, mask: Tensor, length: Tensor) -> tuple[Tensor, Tensor]:
        """States [batch, tokens, dim] with their mask and the length, a share of the longest, [batch]: [batch, tokens + 1, dim], [batch, dim]."""
        token = self.seconds_total.embedder.embedding["1"](self.features(length))
        text = torch.where(mask[..., None] > 0, states, self.prompt.padding_embedding)
        return torch.cat([text, token[:, None]], 1), token


class SameBlock(nn.Module):
    def __init__(self, dim: int, head: int):
        super().__init__()
        self.pre_norm = DynamicTanh(dim)
        self.self_attn = SelfAttention(dim, dim // head, DynamicTanh, True)
        self.ff_norm = DynamicTanh(dim)
        self.ff = FeedForward(dim, 3)


class Mapping(nn.Module):
    """A convolution whose kernels are stored as lengths and directions."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int):
        super().__init__()
        self.weight_g = nn.Parameter(torch.ones(channels_out, 1, 1))
        self.weight_v = nn.Parameter(torch.ones(channels_out, channels_in, kernel))
        self.bias = nn.Parameter(torch.zeros(channels_out))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight_v * (self.weight_g / self.weight_v.pow(2).sum((1, 2), keepdim=True).sqrt())
        return F.conv1d(x, weight, self.bias, padding=self.weight_v.shape[-1] // 2)


class Resampling(nn.Module):
    """Transformer layers over frames and patches in turn: each frame with the patches that it stands for, in chunks of a few frames;
    in the second half of the layers the chunks begin in the middle of those before."""

    def __init__(self, config: dict[str, Any], channels_in: int, channels_out: int, dim: int):
        super().__init__()
        head = config["dim_heads"]
        self.stride = config["strides"][0]
        self.mapping = Mapping(channels_in, channels_out, 3 if config["conv_mapping"] else 1)
        self.new_tokens = nn.Parameter(torch.zeros(1, 1, dim))
        self.transformers = nn.ModuleList([SameBlock(dim, head) for _ in range(config["transformer_depths"][0])])
        self.chunk = config["chunk_size"] + config["chunk_size"] // self.stride
        self.rotation = Rotation(head // 2, head)

    def layers(self, x: Tensor) -> Tensor:
        """[batch, length, dim], length a multiple of the chunk."""
        batch, dim = x.shape[0], x.shape[-1]
        tables = self.rotation.tables(self.chunk)
        half, shift = len(self.transformers) // 2, self.chunk // 2
        x = self.run(self.transformers[:half], x.reshape(-1, self.chunk, dim), tables).reshape(batch, -1, dim)
        x = torch.cat([x[:, :shift], x, x[:, -shift:]], 1)
        x = self.run(self.transformers[half:], x.reshape(-1, self.chunk, dim), tables).reshape(batch, -1, dim)
        return x[:, shift:-shift]

    def run(self, blocks: Any, x: Tensor, tables: tuple[Tensor, Tensor]) -> Tensor:
        for block in blocks:
            x = x + block.self_attn(block.pre_norm(x), self.rotation, tables, (x.shape[0], self.chunk), None)
            x = x + block.ff(block.ff_norm(x))
        return x

    def down(self, patches: Tensor) -> Tensor:
        """[batch, channels, patches] to [batch, frames, dim]."""
        x = self.mapping(patches).transpose(1, 2)
        batch, dim = x.shape[0], x.shape[-1]
        x = x.reshape(batch, -1, self.stride, dim)
        x = torch.cat([x, self.new_tokens[None].expand(batch, x.shape[1], 1, dim)], 2)
        return self.layers(x.reshape(batch, -1, dim)).reshape(batch, -1, self.stride + 1, dim)[:, :, -1]

    def up(self, frames: Tensor) -> Tensor:
        """[batch, frames, dim] to [batch, channels, patches]."""
        batch, dim = frames.shape[0], frames.shape[-1]
        x = torch.cat([frames[:, :, None], self.new_tokens[None].expand(batch, frames.shape[1], self.stride, dim)], 2)
        x = self.layers(x.reshape(batch, -1, dim)).reshape(batch, -1, self.stride + 1, dim)[:, :, 1:]
        return self.mapping(x.reshape(batch, -1, dim).transpose(1, 2))


class Autoencoder(nn.Module):
    """SAME, or one of its halves."""

    def __init__(self, config: dict[str, Any], encodes: bool):
        super().__init__()
        self.patch, self.channels = config["pretransform"]["config"]["patch_size"], config["io_channels"]
        half = config["encoder" if encodes else "decoder"]["config"]
        dim, latent, patches = half["channels"] * half["c_mults"][0], config["latent_dim"], self.patch * self.channels
        self.bottleneck = nn.Module()
        self.bottleneck.running_std = nn.Parameter(torch.ones(1))
        if encodes:
            self.bottleneck.scaling_factor = nn.Parameter(torch.ones(1, latent, 1))
            self.bottleneck.bias = nn.Parameter(torch.zeros(1, latent, 1))
            layers = {"0": Resampling(half, patches, dim, dim), "2": nn.Linear(dim, latent)}
        else:
            layers = {"1": nn.Linear(latent, dim), "3": Resampling(half, dim, patches, dim)}
        self.add_module("encoder" if encodes else "decoder", Nested("layers", nn.ModuleDict(layers)))

    def encode(self, waveform: Tensor) -> Tensor:
        """[batch, channels, samples] at 44.1 kHz to [batch, latent channels, frames]."""
        layers, bottleneck = self.encoder.layers, self.bottleneck
        batch = waveform.shape[0]
        patches = waveform.reshape(batch, self.channels, -1, self.patch).transpose(2, 3).reshape(batch, self.channels * self.patch, -1)
        latent = layers["2"](layers["0"].down(patches)).transpose(1, 2)
        return (latent * bottleneck.scaling_factor + bottleneck.bias) / bottleneck.running_std

    def decode(self, latent: Tensor) -> Tensor:
        layers = self.decoder.layers
        batch = latent.shape[0]
        patches = layers["3"].up(layers["1"]((latent * self.bottleneck.running_std).transpose(1, 2)))
        return patches.reshape(batch, self.channels, self.patch, -1).transpose(2, 3).reshape(batch, self.channels, -1)


class Conditioning(nn.Module):
    def __init__(self, config: dict[str, Any]):
        super().__init__()
        self.model = Nested("model", Context(config))
        self.conditioner = Nested("conditioners", Conditioners(config["cond_token_dim"]))


def text_encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        # Tokens that are masked are seen by none; one mask will do, since windows are longer than any text.
        mask = (1.0 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        masks = {"full_attention": mask, "sliding_attention": mask}
        return model.model.encoder(input_ids=input_ids, attention_mask=masks).last_hidden_state

    config = config["encoder"]
    inputs = {"input_ids": torch.randint(3, config["vocab_size"], (2, 12)), "attention_mask": torch.ones(2, 12, dtype=torch.long)}
    length = {0: "batch", 1: "length"}
    axes = {name: length for name in ("input_ids", "attention_mask", "states")}
    return Part(Wrapped(Nested("model", t5gemma(config)), call), inputs, ["states"], axes)


def t5gemma(config: dict[str, Any]) -> nn.Module:
    both = T5GemmaConfig(encoder=dict(config), decoder=dict(config), is_encoder_decoder=False)
    return T5GemmaEncoderModel._from_config(both, attn_implementation="eager")


def conditioner(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, states: Tensor, attention_mask: Tensor, length: Tensor, shown: Tensor) -> tuple[Tensor, Tensor]:
        cross, token = model.conditioner.conditioners(states, attention_mask, length)
        return model.model.model(cross * shown[..., None], token)

    dit_config = config["model"]["diffusion"]["config"]
    inputs = {
        "states": torch.randn(2, TOKENS, dit_config["cond_token_dim"]), "attention_mask": torch.ones(2, TOKENS, dtype=torch.long),
        "length": torch.tensor([0.1, 0.4]), "shown": torch.ones(2, TOKENS + 1),
    }  # fmt: skip
    axes = {name: {0: "batch"} for name in (*inputs, "context", "global_embed")}
    return Part(Wrapped(Conditioning(dit_config), call), inputs, ["context", "global_embed"], axes)


def dit(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, *inputs: Tensor) -> Tensor:
        return model.model.model(*inputs)

    config = config["model"]["diffusion"]["config"]
    frames, heads, dim = 60, config["num_heads"], config["embed_dim"]
    inputs = {
        "latent": torch.randn(2, config["io_channels"], frames),
        "timestep": torch.tensor([0.9, 0.1]),
        "context": torch.randn(2, 2 * config["depth"], heads, TOKENS + 1, dim // heads),
        "global_embed": torch.randn(2, dim),
        "local": torch.randn(2, config["local_add_cond_dim"], frames),
        "valid": torch.ones(2, frames, dtype=torch.long),
    }
    time = {0: "batch", 2: "frames"}
    axes = {
        "latent": time, "timestep": {0: "batch"}, "context": {0: "batch"}, "global_embed": {0: "batch"},
        "local": {0: "batch", 2: "local_frames"}, "valid": {0: "batch", 1: "frames"}, "velocity": time,
    }  # fmt: skip
    return Part(Wrapped(Nested("model.model", Dit(config)), call), inputs, ["velocity"], axes)


def autoencoder_encoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, waveform: Tensor) -> Tensor:
        return model.pretransform.model.encode(waveform)

    config = config["model"]["pretransform"]["config"]
    module = Nested("pretransform.model", Autoencoder(config, True))
    axes = {"waveform": {0: "batch", 2: "samples"}, "latent": {0: "batch", 2: "frames"}}
    waveform = torch.randn(2, config["io_channels"], 6 * config["downsampling_ratio"])
    return Part(Wrapped(module, call), {"waveform": waveform}, ["latent"], axes)


def autoencoder_decoder(config: dict[str, Any]) -> Part:
    def call(model: nn.Module, latent: Tensor) -> Tensor:
        return model.pretransform.model.decode(latent)

    config = config["model"]["pretransform"]["config"]
    module = Nested("pretransform.model", Autoencoder(config, False))
    axes = {"latent": {0: "batch", 2: "frames"}, "waveform": {0: "batch", 2: "samples"}}
    return Part(Wrapped(module, call), {"latent": torch.randn(2, config["latent_dim"], 6)}, ["waveform"], axes)


def templates(size: str, dit_config: dict[str, Any], autoencoder: dict[str, Any], text: dict[str, Any]) -> list[Template]:
    """Configs are those of model_config.json, and for the text encoder of the config.json in its folder."""
    diffusion = {
        "cross_attention_cond_ids": ["prompt", "seconds_total"], "global_cond_ids": ["seconds_total"],
        "local_add_cond_ids": ["inpaint_mask", "inpaint_masked_input"], "config": dit_config,
    }  # fmt: skip
    transformer, same = {"model": {"diffusion": diffusion}}, {"model": {"pretransform": {"config": autoencoder}}}
    return [
        Template("textEncoder", TEXT_FOLDER, "", {"encoder": text}, text_encoder),
        Template("conditioner", "", size, transformer, conditioner),
        Template("dit", "", size, transformer, dit),
        Template("autoencoderEncoder", "", size, same, autoencoder_encoder),
        Template("autoencoderDecoder", "", size, same, autoencoder_decoder),
    ]


def published() -> list[Template]:
    return templates("small", DIT, AUTOENCODER, TEXT)


def small() -> list[Template]:
    """Every kind of layer of the published ones, a few hundred kilobytes of weights."""
    transformer = DIT | {
        "io_channels": 16, "embed_dim": 128, "depth": 2, "num_heads": 2, "cond_token_dim": 32, "global_cond_dim": 32,
        "local_add_cond_dim": 17, "num_memory_tokens": 4,
    }  # fmt: skip
    same = {"channels": 16, "c_mults": [2], "strides": [4], "latent_dim": 16, "transformer_depths": [2], "dim_heads": 16, "chunk_size": 8}
    autoencoder = AUTOENCODER | {
        "encoder": {"config": AUTOENCODER["encoder"]["config"] | same | {"in_channels": 16}},
        "decoder": {"config": AUTOENCODER["decoder"]["config"] | same | {"out_channels": 16}},
        "bottleneck": {"config": AUTOENCODER["bottleneck"]["config"] | {"dim": 16}},
        "pretransform": {"config": {"patch_size": 8, "channels": 2}}, "latent_dim": 16, "downsampling_ratio": 32,
    }  # fmt: skip
    text = TEXT | {
        "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16,
        "intermediate_size": 64, "query_pre_attn_scalar": 16,
    }  # fmt: skip
    return templates("", transformer, autoencoder, text)
