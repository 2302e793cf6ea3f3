"""Attention: torch packs the three input projections, q over k over v.

| canonical | `MultiheadAttention` | with `kdim` or `vdim` |
|---|---|---|
| `q.weight` (E, E) | first E rows of `in_proj_weight` (3E, E) | `q_proj_weight` (E, E) |
| `k.weight` (E, kdim) | the next E rows, as kdim is E | `k_proj_weight` (E, kdim) |
| `v.weight` (E, vdim) | the last E rows, as vdim is E | `v_proj_weight` (E, vdim) |
| `out.weight` (E, E) | `out_proj.weight` (E, E) | `out_proj.weight` (E, E) |

Biases are (E,): thirds of `in_proj_bias` (3E,) in either case, and `out_proj.bias`. `bias_k` and
`bias_v` (1, 1, E), of `add_bias_kv`, are `k.extra` and `v.extra`.
"""

from __future__ import annotations

from padiff.kinds import MULTI_HEAD_ATTENTION
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.views import unpacked

__all__ = ["LAYOUTS"]

_APART = {
    "q_proj_weight": "q.weight",
    "k_proj_weight": "k.weight",
    "v_proj_weight": "v.weight",
    "out_proj.weight": "out.weight",
    "out_proj.bias": "out.bias",
}


def _attention(tensors: Tensors) -> dict[str, Array]:
    views = {_APART[name]: array for name, array in tensors.items() if name in _APART}
    for name in ("weight", "bias"):
        if (packed := tensors.get(f"in_proj_{name}")) is not None:
            views.update(unpacked(packed, [f"{projection}.{name}" for projection in "qkv"]))
    for name in ("k", "v"):
        if (extra := tensors.get(f"bias_{name}")) is not None:
            views[f"{name}.extra"] = extra.reshape(-1)
    return views


LAYOUTS = {"torch.nn.MultiheadAttention": Layout(MULTI_HEAD_ATTENTION, _attention)}
