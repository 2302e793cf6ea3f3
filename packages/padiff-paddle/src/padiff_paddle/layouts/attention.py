"""Attention: four Linear layers, each weight stored (in, out); the canonical order is (out, in)."""

from __future__ import annotations

from padiff.kinds import MULTI_HEAD_ATTENTION
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]


def _attention(tensors: Tensors) -> dict[str, Array]:
    return {
        name.replace("_proj.", "."): array.T if name.endswith("weight") else array
        for name, array in tensors.items()
    }


LAYOUTS = {"paddle.nn.MultiHeadAttention": Layout(MULTI_HEAD_ATTENTION, _attention)}
