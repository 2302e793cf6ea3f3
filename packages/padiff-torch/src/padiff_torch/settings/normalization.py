"""Normalisation layers. torch's momentum is the weight of the new batch, as the canonical one."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import NOT_APPLICABLE, Reading, Setting, fixed
from padiff.linting.layer import Layer
from padiff.rules import Rule
from padiff_torch.settings.common import CHANNELS_FIRST, EPSILON
from padiff_torch.settings.reparametrised import SPECTRAL

__all__ = ["CONFIGURATIONS"]


def _if_tracked(native: Any, canonical: Any, module: Any) -> Any:
    """Of no meaning for a layer without running statistics."""
    return Reading(native, canonical) if module.track_running_stats else NOT_APPLICABLE


def _momentum(module: Any) -> Any:
    average = "cumulative average" if module.momentum is None else module.momentum
    return _if_tracked(module.momentum, average, module)


_MOMENTUM = Setting("momentum", _momentum)
_EVAL_STATISTICS = Setting(
    "track_running_stats",
    "track_running_stats",
    lambda tracked: "running" if tracked else "batch",
    lambda statistics: statistics == "running",
)
_BATCH_NORM = Configuration(
    {
        "epsilon": EPSILON,
        "momentum": _MOMENTUM,
        "eval_statistics": _EVAL_STATISTICS,
        "train_statistics": fixed("batch", "the statistics of the batch"),
        "running_variance": Setting(
            "", lambda m: _if_tracked("the unbiased variance (n - 1)", "unbiased", m)
        ),
        "activation": fixed(None),
        "channels": CHANNELS_FIRST,
    }
)
_INSTANCE_NORM = Configuration(
    {
        "epsilon": EPSILON,
        "momentum": _MOMENTUM,
        "eval_statistics": _EVAL_STATISTICS,
        "channels": CHANNELS_FIRST,
    }
)
_NORMALIZED_SHAPE = Setting("normalized_shape", "normalized_shape", tuple)


def _default_epsilon(layer: Layer, other: Layer) -> str | None:
    if layer.module.eps is not None or layer.class_name == other.class_name:
        return None
    return "torch's eps=None is numpy.finfo(dtype).eps, which depends on the dtype of the input"


_DEFAULT_EPSILON = Rule(
    "default_epsilon",
    "info",
    "torch's RMSNorm has no epsilon of its own, and the other side is another class",
    _default_epsilon,
    "write 1.1920929e-07 for float32, 2.220446049250313e-16 for float64",
)
CONFIGURATIONS = {
    **{f"torch.nn.BatchNorm{n}d": _BATCH_NORM for n in (1, 2, 3)},
    "torch.nn.SyncBatchNorm": _BATCH_NORM,
    **{f"torch.nn.InstanceNorm{n}d": _INSTANCE_NORM for n in (1, 2, 3)},
    "torch.nn.LayerNorm": Configuration(
        {"epsilon": EPSILON, "normalized_shape": _NORMALIZED_SHAPE}
    ),
    "torch.nn.GroupNorm": Configuration(
        {
            "epsilon": EPSILON,
            "num_groups": Setting("num_groups", "num_groups"),
            "channels": CHANNELS_FIRST,
        }
    ),
    "torch.nn.RMSNorm": Configuration(
        {
            "epsilon": Setting("eps", "eps", lambda eps: "of the dtype" if eps is None else eps),
            "normalized_shape": _NORMALIZED_SHAPE,
        },
        (_DEFAULT_EPSILON,),
    ),
    "torch.nn.utils.parametrizations._SpectralNorm": Configuration(SPECTRAL),
}
