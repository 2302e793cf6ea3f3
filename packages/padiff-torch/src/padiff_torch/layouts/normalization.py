"""Normalisation layers: torch's names are the canonical ones."""

from __future__ import annotations

from padiff.kinds import BATCH_NORM, GROUP_NORM, LAYER_NORM
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]


def _layer_norm(tensors: Tensors) -> dict[str, Array]:
    """A normalized_shape of several axes is flattened, as paddle stores it."""
    return {name: array.reshape(-1) for name, array in tensors.items()}


LAYOUTS = {
    **{f"torch.nn.BatchNorm{n}d": Layout(BATCH_NORM, dict) for n in (1, 2, 3)},
    "torch.nn.SyncBatchNorm": Layout(BATCH_NORM, dict),
    "torch.nn.LayerNorm": Layout(LAYER_NORM, _layer_norm),
    "torch.nn.GroupNorm": Layout(GROUP_NORM, dict),
}
