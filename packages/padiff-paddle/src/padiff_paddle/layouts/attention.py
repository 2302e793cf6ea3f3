"""Attention: paddle keeps four Linear layers, each weight (in, out); canonical is (out, in).

| canonical | `MultiHeadAttention`, each transposed | `compat.nn.MultiheadAttention` |
|---|---|---|
| `q.weight` (E, E) | `q_proj.weight` (E, E) | first E rows of `in_proj_weight` (3E, E) |
| `k.weight` (E, kdim) | `k_proj.weight` (kdim, E) | the next E rows, where kdim is E |
| `v.weight` (E, vdim) | `v_proj.weight` (vdim, E) | the last E rows, where vdim is E |
| `out.weight` (E, E) | `out_proj.weight` (E, E) | `out_proj.weight` (E, E) |

Biases are (E,): `q_proj.bias` and so on; in the compat layer thirds of `in_proj_bias` (3E,).
With a `kdim` or `vdim` that is not E, the compat layer has `q_proj_weight` (E, E), `k_proj_weight`
(E, kdim), `v_proj_weight` (E, vdim), and `q_proj_bias`, `k_proj_bias`, `v_proj_bias` (torch packs
the biases even then). Its `bias_k` and `bias_v` (1, 1, E), of `add_bias_kv`, are `k.extra` and
`v.extra`.

The fused layers of `incubate.nn` hold attention, residual and layer norm in one. Their shapes were
read from the layers; no CPU kernel runs them.

* `FusedMultiHeadAttention`: `qkv_weight` (3, heads, size, E) and `qkv_bias` (3, heads, size) hold
  `q.weight`, `k.weight`, `v.weight` (heads*size, E) and the biases; `linear_weight` (heads*size, E)
  is the transpose of `out.weight`; `pre_ln_*` is `norm_before`, `ln_*` is `norm_after`. With
  `transpose_qkv_wb=True` the order inside `qkv_weight` is another, and the layer is refused.
* `FusedFeedForward`: `_linear1_weight` (E, inner) and `_linear2_weight` (inner, E) are transposes
  of `linear1.weight` and `linear2.weight`; `_ln1_*` is `norm_before`, `_ln2_*` is `norm_after`.
* `FusedBiasDropoutResidualLayerNorm`: `linear_bias`, `ln_scale` and `ln_bias` (E,).
"""

from __future__ import annotations

from padiff.kinds import ATTENTION_BLOCK, FEED_FORWARD_BLOCK, MULTI_HEAD_ATTENTION, RESIDUAL_NORM
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.views import renamed, unpacked

__all__ = ["LAYOUTS"]


def _attention(tensors: Tensors) -> dict[str, Array]:
    return {
        name.replace("_proj.", "."): array.T if name.endswith("weight") else array
        for name, array in tensors.items()
    }


_APART = {
    **{f"{p}_proj_{name}": f"{p}.{name}" for p in "qkv" for name in ("weight", "bias")},
    "out_proj.weight": "out.weight",
    "out_proj.bias": "out.bias",
}


def _compat_attention(tensors: Tensors) -> dict[str, Array]:
    views = {_APART[name]: array for name, array in tensors.items() if name in _APART}
    for name in ("weight", "bias"):
        if (packed := tensors.get(f"in_proj_{name}")) is not None:
            views.update(unpacked(packed, [f"{projection}.{name}" for projection in "qkv"]))
    for name in ("k", "v"):
        if (extra := tensors.get(f"bias_{name}")) is not None:
            views[f"{name}.extra"] = extra.reshape(-1)
    return views


_BLOCK_NAMES = {
    "linear_bias": "out.bias",
    "pre_ln_scale": "norm_before.weight",
    "pre_ln_bias": "norm_before.bias",
    "ln_scale": "norm_after.weight",
    "ln_bias": "norm_after.bias",
}


def _attention_block(tensors: Tensors) -> dict[str, Array]:
    views = {new: tensors[name] for name, new in _BLOCK_NAMES.items() if name in tensors}
    views["out.weight"] = tensors["linear_weight"].T
    _, heads, size, embed = tensors["qkv_weight"].shape
    for i, projection in enumerate("qkv"):
        views[f"{projection}.weight"] = tensors["qkv_weight"][i].reshape(heads * size, embed)
        if (bias := tensors.get("qkv_bias")) is not None:
            views[f"{projection}.bias"] = bias[i].reshape(-1)
    return views


_FEED_FORWARD_NAMES = {
    "_linear1_weight": "linear1.weight",
    "_linear1_bias": "linear1.bias",
    "_linear2_weight": "linear2.weight",
    "_linear2_bias": "linear2.bias",
    "_ln1_scale": "norm_before.weight",
    "_ln1_bias": "norm_before.bias",
    "_ln2_scale": "norm_after.weight",
    "_ln2_bias": "norm_after.bias",
}


def _feed_forward(tensors: Tensors) -> dict[str, Array]:
    views = renamed(_FEED_FORWARD_NAMES)(tensors)
    return {name: array.T if array.ndim == 2 else array for name, array in views.items()}


_residual_norm = renamed(
    {"linear_bias": "residual.bias", "ln_scale": "norm.weight", "ln_bias": "norm.bias"}
)

_PROJECTIONS = ("q_proj", "k_proj", "v_proj", "out_proj")
LAYOUTS = {
    "paddle.nn.MultiHeadAttention": Layout(
        MULTI_HEAD_ATTENTION,
        _attention,
        parts=dict.fromkeys(_PROJECTIONS, ("paddle.nn.Linear",)),
    ),
    "paddle.compat.nn.MultiheadAttention": Layout(
        MULTI_HEAD_ATTENTION, _compat_attention, parts={"out_proj": ("paddle.compat.nn.Linear",)}
    ),
    "paddle.incubate.nn.FusedMultiHeadAttention": Layout(ATTENTION_BLOCK, _attention_block),
    "paddle.incubate.nn.FusedFeedForward": Layout(FEED_FORWARD_BLOCK, _feed_forward),
    "paddle.incubate.nn.FusedBiasDropoutResidualLayerNorm": Layout(RESIDUAL_NORM, _residual_norm),
}
