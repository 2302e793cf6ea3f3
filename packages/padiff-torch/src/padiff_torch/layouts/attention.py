"""Attention: torch packs the three input projections into one (3E, E) weight and one (3E,) bias.

With `kdim` or `vdim` the weights are apart and the biases still packed. Every projection is (out, in).
"""

from __future__ import annotations

from padiff.kinds import MULTI_HEAD_ATTENTION
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]

_APART = {
    "q_proj_weight": "q.weight",
    "k_proj_weight": "k.weight",
    "v_proj_weight": "v.weight",
    "out_proj.weight": "out.weight",
    "out_proj.bias": "out.bias",
}


def _thirds(packed: Array, name: str) -> dict[str, Array]:
    size = packed.shape[0] // 3
    parts = (packed[i * size : (i + 1) * size] for i in range(3))
    return {f"{projection}.{name}": part for projection, part in zip("qkv", parts, strict=True)}


def _attention(tensors: Tensors) -> dict[str, Array]:
    views = {_APART[name]: array for name, array in tensors.items() if name in _APART}
    for name in ("weight", "bias"):
        if (packed := tensors.get(f"in_proj_{name}")) is not None:
            views.update(_thirds(packed, name))
    for name in ("k", "v"):  # (1, 1, E): what add_bias_kv appends to every sequence
        if (extra := tensors.get(f"bias_{name}")) is not None:
            views[f"{name}.extra"] = extra.reshape(-1)
    return views


LAYOUTS = {"torch.nn.MultiheadAttention": Layout(MULTI_HEAD_ATTENTION, _attention)}
