"""Attention as one node."""

from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor
from torch.nn import functional


class MultiHeadAttention(torch.autograd.Function):
    """
    softmax(q k' / sqrt(d) + bias) v by heads, of [batch, length, heads d]; bias [batch, 1, length, other length] or None. Without one,
    onnxruntime's kernel keeps no [length, length] matrix.
    """

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, heads: int) -> Tensor:
        split = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value))
        return functional.scaled_dot_product_attention(*split, attn_mask=bias).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, bias: Any, heads: int) -> Any:
        given = [query, key, value]
        if bias is not None:
            absent = graph.op("prim::Constant").setType(torch._C.OptionalType.ofTensor())
            given += [absent, absent, bias]
        return graph.op("com.microsoft::MultiHeadAttention", *given, num_heads_i=heads).setType(query.type())


class FusedAttention:
    """For `set_attn_processor` of diffusers' models. A mask is what diffusers adds for it, [batch, 1, other length]."""

    def __call__(
        self,
        attention: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        **_: Any,
    ) -> Tensor:
        residual = hidden_states
        shape = hidden_states.shape
        if len(shape) == 4:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        if attention.group_norm is not None:
            hidden_states = attention.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query, key, value = attention.to_q(hidden_states), attention.to_k(context), attention.to_v(context)
        # The kernel takes no bias that all queries share.
        bias = None if attention_mask is None else (torch.zeros_like(query[..., :1]) + attention_mask).unsqueeze(1)
        mixed = attention.to_out[0](MultiHeadAttention.apply(query, key, value, bias, attention.heads))
        if len(shape) == 4:
            mixed = mixed.transpose(1, 2).reshape(shape)
        return (mixed + residual if attention.residual_connection else mixed) / attention.rescale_output_factor
