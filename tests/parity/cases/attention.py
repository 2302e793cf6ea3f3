"""Rows 139 to 154: MultiheadAttention, also paddle's copy of torch's class."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import paddle
import paddle.compat.nn as cnn
import paddle.nn as pnn
from torch import nn

from .case import Case, Differs, PaddleInputs, Pin, TorchInputs
from .inputs import causal, named, normal, normals

QKV: Final = {"q": normal(2, 4, 6), "k": normal(2, 5, 6), "v": normal(2, 5, 6)}
SAME: Final = normals(x=(2, 4, 6))
TRIPLE: Final = named(**QKV)
UNEVEN: Final = normals(q=(2, 4, 6), k=(2, 5, 4), v=(2, 5, 3))

KEY: Final = slice(6, 12)
KEY_BIAS: Final = (Pin("k.bias", "in_proj_bias", "k_proj.bias", KEY),)
"""Softmax does not see what is added to all scores of a query."""

TORCH: Final = partial(nn.MultiheadAttention, 6, 2, batch_first=True)
PADDLE: Final = partial(pnn.MultiHeadAttention, 6, 2)


def compat(**options: Any) -> paddle.nn.Layer:
    """paddle's copy of torch's class, which ignores the default dtype."""
    return cnn.MultiheadAttention(6, 2, dtype=paddle.get_default_dtype(), **options)


def plain(module: Any, inputs: Mapping[str, Any]) -> object:
    """Run torch's calling convention and return the output alone."""
    return module(*inputs.values(), need_weights=False)[0]


def to_itself(module: Any, inputs: TorchInputs) -> object:
    """The same, where one tensor is query, key and value."""
    return module(inputs["x"], inputs["x"], inputs["x"], need_weights=False)[0]


def time_major(module: Any, inputs: TorchInputs) -> object:
    """The same, for a module that wants time before batch."""
    out, _ = module(*(each.transpose(0, 1) for each in inputs.values()), need_weights=False)
    return out.transpose(0, 1)


def masked(module: Any, inputs: TorchInputs) -> object:
    """The same, with a mask."""
    q, k, v, mask = inputs.values()
    return module(q, k, v, attn_mask=mask, need_weights=False)[0]


def inverted_mask(layer: Any, inputs: PaddleInputs) -> object:
    """Run paddle's own class, where True is kept, on torch's mask, where True is masked."""
    q, k, v, mask = inputs.values()
    return layer(q, k, v, paddle.logical_not(mask))


CASES: Final = (
    Case(
        139,
        "MultiheadAttention self",
        TORCH,
        PADDLE,
        SAME,
        run_torch=to_itself,
        blind=KEY_BIAS,
    ),
    Case(
        140,
        "MultiheadAttention q,k,v",
        TORCH,
        PADDLE,
        TRIPLE,
        run_torch=plain,
        blind=KEY_BIAS,
    ),
    Case(
        141,
        "MultiheadAttention batch_first=False",
        lambda: nn.MultiheadAttention(6, 2),
        PADDLE,
        TRIPLE,
        run_torch=time_major,
        blind=KEY_BIAS,
    ),
    Case(
        142,
        "MultiheadAttention bias=False",
        lambda: TORCH(bias=False),
        lambda: PADDLE(bias_attr=False),
        TRIPLE,
        run_torch=plain,
    ),
    Case(
        143,
        "MultiheadAttention kdim/vdim",
        lambda: TORCH(kdim=4, vdim=3),
        lambda: PADDLE(kdim=4, vdim=3),
        UNEVEN,
        run_torch=plain,
        blind=KEY_BIAS,
    ),
    Case(
        144,
        "MultiheadAttention kdim only",
        lambda: TORCH(kdim=4),
        lambda: PADDLE(kdim=4),
        normals(q=(2, 4, 6), k=(2, 5, 4), v=(2, 5, 6)),
        run_torch=plain,
        blind=KEY_BIAS,
    ),
    Case(
        145,
        "MultiheadAttention kdim/vdim bias=False",
        lambda: TORCH(kdim=4, vdim=3, bias=False),
        lambda: PADDLE(kdim=4, vdim=3, bias_attr=False),
        UNEVEN,
        run_torch=plain,
    ),
    Case(
        146,
        "MultiheadAttention need_weights",
        TORCH,
        lambda: PADDLE(need_weights=True),
        TRIPLE,
        # paddle returns the weights of each head; torch, unless told, their mean.
        run_torch=lambda module, given: module(*given.values(), average_attn_weights=False),
        blind=KEY_BIAS,
    ),
    Case(
        147,
        "MultiheadAttention float mask",
        TORCH,
        PADDLE,
        named(**QKV, mask=normal(4, 5)),
        run_torch=masked,
        blind=KEY_BIAS,
    ),
    Case(
        148,
        "MultiheadAttention bool mask, inverted for paddle",
        TORCH,
        PADDLE,
        named(**QKV, mask=causal(4, 5)),
        run_torch=masked,
        run_paddle=inverted_mask,
        blind=KEY_BIAS,
    ),
    Case(
        149,
        "MultiheadAttention bool mask passed unchanged",
        TORCH,
        PADDLE,
        named(**QKV, mask=causal(4, 5)),
        run_torch=masked,
        expect=Differs(outputs=True, input_gradients=True, parameter_gradients=True),
        blind=KEY_BIAS,
    ),
    Case(
        150,
        "MultiheadAttention / compat.nn.MultiheadAttention",
        TORCH,
        lambda: compat(batch_first=True),
        TRIPLE,
        run_torch=plain,
        run_paddle=plain,
        blind=(Pin("k.bias", "in_proj_bias", "in_proj_bias", KEY, KEY),),
    ),
    Case(
        151,
        "MultiheadAttention / compat, default weights, time-major",
        lambda: nn.MultiheadAttention(6, 2),
        compat,
        normals(q=(4, 2, 6), k=(5, 2, 6), v=(5, 2, 6)),
        blind=(Pin("k.bias", "in_proj_bias", "in_proj_bias", KEY, KEY),),
    ),
    Case(
        152,
        "MultiheadAttention / compat kdim/vdim",
        lambda: TORCH(kdim=4, vdim=3),
        lambda: compat(batch_first=True, kdim=4, vdim=3),
        UNEVEN,
        run_torch=plain,
        run_paddle=plain,
        blind=(Pin("k.bias", "in_proj_bias", "k_proj_bias", KEY),),
    ),
    Case(
        153,
        "MultiheadAttention / compat add_bias_kv",
        lambda: TORCH(add_bias_kv=True),
        lambda: compat(batch_first=True, add_bias_kv=True),
        TRIPLE,
        run_torch=plain,
        run_paddle=plain,
    ),
    Case(
        154,
        "MultiheadAttention / compat add_zero_attn",
        lambda: TORCH(add_zero_attn=True),
        lambda: compat(batch_first=True, add_zero_attn=True),
        TRIPLE,
        run_torch=plain,
        run_paddle=plain,
    ),
)
