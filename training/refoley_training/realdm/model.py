"""Re-AudioLDM's denoiser: AudioLDM's UNet in diffusers, whose cross-attention sees the neighbours instead of nothing.

Parameters under `unet.` have the names and, but for cross-attention's keys and values, the shapes of AudioLDM's published file.
"""

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training.realdm.config import CLAP_WIDTH, LATENT, MAX_NEIGHBOURS, Size


class NeighbourAttention:
    """Attention with `bias` [B, S] added to the logits of each key of a context; `masses` collects what each key received, [B, S]."""

    def __call__(
        self, attn: Attention, hidden_states: Tensor, encoder_hidden_states: Tensor | None = None, attention_mask: Tensor | None = None,
        temb: Tensor | None = None, bias: Tensor | None = None, masses: list[Tensor] | None = None,
    ) -> Tensor:  # fmt: skip
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query, key, value = (
            project(states).unflatten(-1, (attn.heads, -1)).transpose(1, 2)
            for project, states in ((attn.to_q, hidden_states), (attn.to_k, context), (attn.to_v, context))
        )
        added = None if encoder_hidden_states is None or bias is None else bias[:, None, None].to(query.dtype)
        if encoder_hidden_states is None or masses is None:
            heard = F.scaled_dot_product_attention(query, key, value, attn_mask=added)
        else:
            logits = query @ key.transpose(-1, -2) * attn.scale
            weights = (logits if added is None else logits + added).softmax(dim=-1)
            masses.append(weights.mean(dim=(1, 2)))
            heard = weights.to(value.dtype) @ value
        return attn.to_out[0](heard.transpose(1, 2).flatten(2))


class Context(nn.Module):
    """Projects neighbours to context tokens. A learned null token comes first and is never masked."""

    def __init__(self, size: Size):
        super().__init__()
        self.audio = nn.Linear(size.audio, size.context)
        self.text = nn.Linear(size.text, size.context)
        self.rank = nn.Parameter(torch.randn(MAX_NEIGHBOURS, size.context) * 0.02)
        self.null = nn.Parameter(torch.randn(1, 1, size.context) * 0.02)
        self.norm = nn.LayerNorm(size.context)

    def forward(self, audio_tokens: Tensor, text_tokens: Tensor, token_bias: Tensor) -> tuple[Tensor, Tensor]:
        """Returns context [B, 1 + 82 K, width] and its logit bias [B, 1 + 82 K], null token first."""
        tokens = torch.cat([self.audio(audio_tokens), self.text(text_tokens)], dim=2) + self.rank[: audio_tokens.shape[1], None]
        tokens = torch.cat([self.null.expand(tokens.shape[0], -1, -1), tokens.flatten(1, 2)], dim=1)
        bias = torch.cat([torch.zeros_like(token_bias[:, 0, :1]), token_bias.flatten(1)], dim=1)
        return self.norm(tokens), bias


class ReAudioLDM(nn.Module):
    """See src/core/pipeline/parts.ts for the meaning of the inputs.

    sample [B, 8, T, 16], timestep [B] in 0..999, text_embedding [B, 512] (zeros: no text),
    audio_tokens [B, K, 32, 768], text_tokens [B, K, L, 1024] (L is 50, or less where the rest would be masked), token_bias [B, K, 32 + L]
    -> epsilon [B, 8, T, 16], influence [B, K] (share of all attention to neighbours; what went to none is the rest).
    """

    def __init__(self, size: Size):
        super().__init__()
        self.size = size
        levels = len(size.channels) - 1  # the first has no attention, as in AudioLDM
        self.unet = UNet2DConditionModel(
            sample_size=128, in_channels=LATENT[0], out_channels=LATENT[0], layers_per_block=2,
            block_out_channels=size.channels, norm_num_groups=size.groups, attention_head_dim=size.heads, cross_attention_dim=size.context,
            down_block_types=("DownBlock2D", *("CrossAttnDownBlock2D",) * levels), up_block_types=(*("CrossAttnUpBlock2D",) * levels, "UpBlock2D"),
            class_embed_type="simple_projection", projection_class_embeddings_input_dim=CLAP_WIDTH, class_embeddings_concat=True,
        )  # fmt: skip
        self.unet.set_attn_processor(NeighbourAttention())
        self.context = Context(size)

    def forward(
        self, sample: Tensor, timestep: Tensor, text_embedding: Tensor,
        audio_tokens: Tensor, text_tokens: Tensor, token_bias: Tensor, want_influence: bool = True,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        context, bias = self.context(audio_tokens, text_tokens, token_bias)
        masses: list[Tensor] | None = [] if want_influence else None
        (prediction,) = self.unet(
            sample, timestep, context, class_labels=text_embedding, cross_attention_kwargs={"bias": bias, "masses": masses}, return_dict=False
        )
        if masses is None:
            return prediction, None
        return prediction, torch.stack(masses).mean(dim=0)[:, 1:].unflatten(1, token_bias.shape[1:]).sum(dim=2)
