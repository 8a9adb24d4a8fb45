"""Attention as one node."""

from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor
from torch.nn import functional


class MultiHeadAttention(torch.autograd.Function):
    """softmax(q k' / sqrt(d)) v by heads, of [batch, length, heads d]. onnxruntime's kernel keeps no [length, length] matrix."""

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        split = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value))
        return functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        return graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads).setType(query.type())


class FusedAttention:
    """For `set_attn_processor` of diffusers' models whose attention has no mask."""

    def __call__(self, attention: Attention, hidden_states: Tensor, encoder_hidden_states: Tensor | None = None, **_: Any) -> Tensor:
        residual = hidden_states
        shape = hidden_states.shape
        if len(shape) == 4:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        if attention.group_norm is not None:
            hidden_states = attention.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query, key, value = attention.to_q(hidden_states), attention.to_k(context), attention.to_v(context)
        mixed = attention.to_out[0](MultiHeadAttention.apply(query, key, value, attention.heads))
        if len(shape) == 4:
            mixed = mixed.transpose(1, 2).reshape(shape)
        return (mixed + residual if attention.residual_connection else mixed) / attention.rescale_output_factor
