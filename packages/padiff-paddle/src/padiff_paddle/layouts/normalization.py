"""Normalisation layers: paddle has other names for some of their tensors.

* `BatchNorm1D` to `BatchNorm3D`, `BatchNorm`, `SyncBatchNorm`, and those of `sparse.nn`: `weight`,
  `bias`, `_mean` and `_variance` (features,). Paddle counts no batches.
* `InstanceNorm1D` to `InstanceNorm3D`: `scale` and `bias` (features,). They track no statistics.
* `GroupNorm`: `weight` and `bias` (features,).
* `LayerNorm`: `weight` and `bias`, flattened where `normalized_shape` has several axes.
* `SpectralNorm`, which takes the weight as its input: `weight_u`, `weight_v`.
"""

from __future__ import annotations

from padiff.kinds import BATCH_NORM, GROUP_NORM, INSTANCE_NORM, LAYER_NORM, SPECTRAL_NORM
from padiff.layout import Layout
from padiff.views import renamed

__all__ = ["LAYOUTS"]

_batch_norm = renamed({"_mean": "running_mean", "_variance": "running_var"})
_instance_norm = renamed({"scale": "weight"})
_spectral_norm = renamed({"weight_u": "weight.left", "weight_v": "weight.right"})

_BATCH_NORMS = (
    *(f"paddle.nn.BatchNorm{n}D" for n in (1, 2, 3)),
    "paddle.nn.BatchNorm",
    "paddle.nn.SyncBatchNorm",
    "paddle.sparse.nn.BatchNorm",
    "paddle.sparse.nn.SyncBatchNorm",
)
LAYOUTS = {
    **{name: Layout(BATCH_NORM, _batch_norm) for name in _BATCH_NORMS},
    **{f"paddle.nn.InstanceNorm{n}D": Layout(INSTANCE_NORM, _instance_norm) for n in (1, 2, 3)},
    "paddle.nn.LayerNorm": Layout(LAYER_NORM, dict),
    "paddle.nn.GroupNorm": Layout(GROUP_NORM, dict),
    "paddle.nn.SpectralNorm": Layout(SPECTRAL_NORM, _spectral_norm),
}
