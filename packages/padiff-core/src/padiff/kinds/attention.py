"""Attention, alone and fused with what surrounds it in a Transformer layer."""

from __future__ import annotations

from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import attention as settings

__all__ = ["ATTENTION_BLOCK", "FEED_FORWARD_BLOCK", "MULTI_HEAD_ATTENTION", "RESIDUAL_NORM"]

_PROJECTIONS = (("q", "embed"), ("k", "key"), ("v", "value"))


def _norms(*places: str) -> tuple[T, ...]:
    """The tensors of layer norms; no value of theirs makes one neutral as a whole."""
    return tuple(
        tensor
        for place in places
        for tensor in (T(f"{place}.weight", "embed"), T(f"{place}.bias", "embed", neutral=0.0))
    )


MULTI_HEAD_ATTENTION = Kind(
    "multi_head_attention",
    (
        *(T(f"{p}.weight", f"embed {size}") for p, size in _PROJECTIONS),
        *(T(f"{p}.bias", "embed", neutral=0.0) for p, _ in _PROJECTIONS),
        T("out.weight", "embed embed"),
        T("out.bias", "embed", neutral=0.0),
        T("k.extra", "embed", note="add_bias_kv: a key appended to every sequence"),
        T("v.extra", "embed", note="add_bias_kv: a value appended to every sequence"),
    ),
    summary="scaled dot-product attention with q, k, v and output projections",
    hyperparameters=settings.MULTI_HEAD_ATTENTION,
)
ATTENTION_BLOCK = Kind(
    "attention_block",
    (
        *(T(f"{p}.weight", "heads embed", note="heads one after another") for p in "qkv"),
        *(T(f"{p}.bias", "heads", neutral=0.0) for p in "qkv"),
        T("out.weight", "embed heads"),
        T("out.bias", "embed", neutral=0.0),
        *_norms("norm_before", "norm_after"),
    ),
    summary="self-attention with its residual and layer norm",
    hyperparameters=settings.ATTENTION_BLOCK,
)
FEED_FORWARD_BLOCK = Kind(
    "feed_forward_block",
    (
        T("linear1.weight", "inner embed"),
        T("linear1.bias", "inner", neutral=0.0),
        T("linear2.weight", "embed inner"),
        T("linear2.bias", "embed", neutral=0.0),
        *_norms("norm_before", "norm_after"),
    ),
    summary="two linear layers with their residual and layer norm",
    hyperparameters=settings.FEED_FORWARD_BLOCK,
)
RESIDUAL_NORM = Kind(
    "residual_norm",
    (T("residual.bias", "embed", neutral=0.0), *_norms("norm")),
    summary="layer norm of a residual plus x + bias",
    hyperparameters=settings.RESIDUAL_NORM,
)
