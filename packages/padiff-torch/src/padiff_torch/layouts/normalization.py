"""Normalisation layers: torch's names are the canonical ones.

* `BatchNorm1d` to `BatchNorm3d`, `SyncBatchNorm`: `weight`, `bias`, `running_mean`, `running_var`
  (features,), and the 0-d counter `num_batches_tracked`. `InstanceNorm1d` to `InstanceNorm3d`: the
  same, the last three only with `track_running_stats=True`.
* `GroupNorm`: `weight` and `bias` (features,).
* `LayerNorm`: `weight` and `bias` of the shape of `normalized_shape`; canonically flattened.
* `RMSNorm`: `weight` of the shape of `normalized_shape`.
* `parametrizations._SpectralNorm`, which takes the weight as its input: `_u`, `_v`.
"""

from __future__ import annotations

from padiff.kinds import (
    BATCH_NORM,
    GROUP_NORM,
    INSTANCE_NORM,
    LAYER_NORM,
    RMS_NORM,
    SPECTRAL_NORM,
)
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.views import renamed

__all__ = ["LAYOUTS"]


def _layer_norm(tensors: Tensors) -> dict[str, Array]:
    """A normalized_shape of several axes is flattened, as paddle stores it."""
    return {name: array.reshape(-1) for name, array in tensors.items()}


LAYOUTS = {
    **{f"torch.nn.BatchNorm{n}d": Layout(BATCH_NORM, dict) for n in (1, 2, 3)},
    "torch.nn.SyncBatchNorm": Layout(BATCH_NORM, dict),
    **{f"torch.nn.InstanceNorm{n}d": Layout(INSTANCE_NORM, dict) for n in (1, 2, 3)},
    "torch.nn.LayerNorm": Layout(LAYER_NORM, _layer_norm),
    "torch.nn.GroupNorm": Layout(GROUP_NORM, dict),
    "torch.nn.RMSNorm": Layout(RMS_NORM, dict),
    "torch.nn.utils.parametrizations._SpectralNorm": Layout(
        SPECTRAL_NORM, renamed({"_u": "weight.left", "_v": "weight.right"})
    ),
}
