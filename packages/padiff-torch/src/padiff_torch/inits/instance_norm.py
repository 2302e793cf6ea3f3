"""torch's InstanceNorm with running statistics, which paddle has no class for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from padiff.inits import register, transfer_as
from padiff.kinds import BATCH_NORM, INSTANCE_NORM

if TYPE_CHECKING:
    from paddle.nn import BatchNorm1D, BatchNorm2D, BatchNorm3D
    from torch.nn import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d

    _BatchNorm: TypeAlias = BatchNorm1D | BatchNorm2D | BatchNorm3D
    _InstanceNorm: TypeAlias = InstanceNorm1d | InstanceNorm2d | InstanceNorm3d

__all__ = ["init_instance_norm_from_batch_norm"]


@register("paddle", "paddle.nn.BatchNorm1D", "torch", "torch.nn.InstanceNorm1d")
@register("paddle", "paddle.nn.BatchNorm2D", "torch", "torch.nn.InstanceNorm2d")
@register("paddle", "paddle.nn.BatchNorm3D", "torch", "torch.nn.InstanceNorm3d")
def init_instance_norm_from_batch_norm(base_model: _BatchNorm, raw_model: _InstanceNorm) -> None:
    """Fill an InstanceNorm that tracks statistics from a BatchNorm: the same in eval only.

    The way back of a torch model that was ported to paddle with BatchNorm in place of
    `InstanceNorm(track_running_stats=True)`: in eval both normalise by their running statistics. In
    training the one normalises each sample by its own statistics, the other by those of the batch.

    `weight`, `bias`, `_mean` and `_variance`, all (features,), become `weight`, `bias`,
    `running_mean` and `running_var`, and `num_batches_tracked` 0. An InstanceNorm without `weight`
    or `bias` takes only a BatchNorm that holds 1 or 0 there.

    Raises:
        ValueError: If the InstanceNorm tracks no statistics: it is then no BatchNorm in any mode.
    """
    if raw_model.running_mean is None:
        message = "the InstanceNorm has track_running_stats=False, and no place for the statistics"
        raise ValueError(message)
    transfer_as(base_model, raw_model, {INSTANCE_NORM: BATCH_NORM})
