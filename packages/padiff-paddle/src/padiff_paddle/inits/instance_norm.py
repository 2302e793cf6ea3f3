"""torch's InstanceNorm with running statistics, which paddle has no class for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from padiff.inits import register, transfer_as
from padiff.kinds import BATCH_NORM, INSTANCE_NORM

if TYPE_CHECKING:
    from paddle.nn import BatchNorm1D, BatchNorm2D, BatchNorm3D
    from torch.nn import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d

    _InstanceNorm: TypeAlias = InstanceNorm1d | InstanceNorm2d | InstanceNorm3d
    _BatchNorm: TypeAlias = BatchNorm1D | BatchNorm2D | BatchNorm3D

__all__ = ["init_batch_norm_from_instance_norm"]


@register("torch", "torch.nn.InstanceNorm1d", "paddle", "paddle.nn.BatchNorm1D")
@register("torch", "torch.nn.InstanceNorm2d", "paddle", "paddle.nn.BatchNorm2D")
@register("torch", "torch.nn.InstanceNorm3d", "paddle", "paddle.nn.BatchNorm3D")
def init_batch_norm_from_instance_norm(base_model: _InstanceNorm, raw_model: _BatchNorm) -> None:
    """Fill a BatchNorm from an InstanceNorm that tracks statistics: the same in eval only.

    In eval, an `InstanceNorm(track_running_stats=True)` normalises by its running statistics, as a
    BatchNorm does; paddle's InstanceNorm has none. In training the two differ: the one normalises
    each sample by its own statistics, the other by those of the batch.

    `weight`, `bias`, `running_mean` and `running_var`, all (features,), become `weight`, `bias`,
    `_mean` and `_variance`; a missing `weight` is 1 and a missing `bias` 0.

    Raises:
        ValueError: If the InstanceNorm tracks no statistics: it is then no BatchNorm in any mode.
    """
    if base_model.running_mean is None:
        message = "the InstanceNorm has track_running_stats=False; use paddle's own InstanceNorm"
        raise ValueError(message)
    transfer_as(base_model, raw_model, {INSTANCE_NORM: BATCH_NORM})
