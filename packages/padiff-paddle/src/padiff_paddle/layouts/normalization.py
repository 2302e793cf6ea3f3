"""Normalisation layers: paddle names a BatchNorm's statistics `_mean` and `_variance`."""

from __future__ import annotations

from padiff.kinds import BATCH_NORM, GROUP_NORM, LAYER_NORM
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]

_STATISTICS = {"_mean": "running_mean", "_variance": "running_var"}


def _batch_norm(tensors: Tensors) -> dict[str, Array]:
    return {_STATISTICS.get(name, name): array for name, array in tensors.items()}


LAYOUTS = {
    **{f"paddle.nn.BatchNorm{n}D": Layout(BATCH_NORM, _batch_norm) for n in (1, 2, 3)},
    "paddle.nn.BatchNorm": Layout(BATCH_NORM, _batch_norm),
    "paddle.nn.SyncBatchNorm": Layout(BATCH_NORM, _batch_norm),
    "paddle.nn.LayerNorm": Layout(LAYER_NORM, dict),
    "paddle.nn.GroupNorm": Layout(GROUP_NORM, dict),
}
