"""An init function of one's own: how Hugging Face's attention fills the one of the paddle encoder.

`BertAttention` keeps query, key and value as separate Linears in `self`, and the output projection
and the norm in `output`. The paddle encoder has all four projections in one
`paddle.nn.MultiHeadAttention`, and the norm beside it. No layout describes that, so the two classes
get a function. A type checker holds its parameters against the classes it is registered for.
"""

from __future__ import annotations

import paddle
import torch
from encoder import SelfAttention
from transformers.models.bert.modeling_bert import BertAttention

import padiff


@padiff.special_init(BertAttention, SelfAttention)
def fill_attention(base: BertAttention, raw: SelfAttention) -> None:
    attention = raw.attention
    fill_linear(base.self.query, attention.q_proj)
    fill_linear(base.self.key, attention.k_proj)
    fill_linear(base.self.value, attention.v_proj)
    fill_linear(base.output.dense, attention.out_proj)
    fill(base.output.LayerNorm.weight, raw.norm.weight)
    fill(base.output.LayerNorm.bias, raw.norm.bias)


def fill_linear(base: torch.nn.Linear, raw: paddle.nn.Linear) -> None:
    """torch keeps the weight as (out, in), paddle as (in, out); here it is square, so no shape tells."""
    fill(base.weight.T, raw.weight)
    fill(base.bias, raw.bias)


def fill(base: torch.Tensor, raw: paddle.Tensor | None) -> None:
    assert raw is not None
    raw.set_value(base.numpy(force=True))
