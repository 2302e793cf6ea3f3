"""Normalisation layers. paddle's momentum is the weight of the old statistics: 1 - the canonical one."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import ABSENT, NOT_APPLICABLE, Inexpressible, Reading, Setting, fixed
from padiff_paddle.settings.common import CHANNELS_LAST, EPSILON, channels
from padiff_paddle.settings.defects.normalization import (
    BATCH_NORM,
    EPSILON_LIMIT,
    GROUP_NORM,
    INSTANCE_NORM,
    LAYER_NORM,
    SYNC_BATCH_NORM,
)
from padiff_paddle.settings.reparametrised import SPECTRAL

__all__ = ["CONFIGURATIONS"]


def _complement(momentum: Any) -> Any:
    if isinstance(momentum, str):
        raise Inexpressible("paddle has no cumulative average: choose a momentum in both")
    return None if momentum is None else round(1 - momentum, 12)


_USE_GLOBAL_STATS = "use_global_stats"


def _if_updated(native: Any, canonical: Any, layer: Any) -> Any:
    """Of no meaning for a layer whose statistics are frozen."""
    return NOT_APPLICABLE if layer._use_global_stats else Reading(native, canonical)


_SHARED = {
    "epsilon": EPSILON,
    "momentum": Setting(
        "momentum",
        lambda layer: _if_updated(layer._momentum, _complement(layer._momentum), layer),
        from_canonical=_complement,
    ),
    "running_variance": Setting(
        "", lambda layer: _if_updated("the biased variance (n)", "biased", layer)
    ),
}
_BATCH_NORM = {
    **_SHARED,
    "eval_statistics": Setting(
        _USE_GLOBAL_STATS,
        "_use_global_stats",
        lambda use: "batch" if use is False else "running",
        lambda statistics: False if statistics == "batch" else None,
    ),
    "train_statistics": Setting(
        _USE_GLOBAL_STATS,
        "_use_global_stats",
        lambda use: "running" if use else "batch",
        lambda statistics: True if statistics == "running" else None,
    ),
    "activation": fixed(None),
}
_LEGACY_BATCH_NORM = {
    **_SHARED,
    "eval_statistics": Setting(
        "trainable_statistics",
        "_trainable_statistics",
        lambda trainable: "batch" if trainable else "running",
        lambda statistics: statistics == "batch",
    ),
    "train_statistics": Setting(
        _USE_GLOBAL_STATS,
        "_use_global_stats",
        lambda use: "running" if use else "batch",
        lambda statistics: statistics == "running",
    ),
    "activation": Setting("act", "_act"),
    "channels": channels(2, "_data_layout", "data_layout"),
}


def _batch_norm(axes: int) -> Configuration:
    return Configuration({**_BATCH_NORM, "channels": channels(axes)}, BATCH_NORM)


def _instance_norm(axes: int) -> Configuration:
    settings = {
        "epsilon": EPSILON,
        "momentum": ABSENT,
        "eval_statistics": fixed("batch", "the statistics of each sample"),
        "channels": channels(axes),
    }
    return Configuration(settings, INSTANCE_NORM)


def _layer_norm_epsilon(epsilon: float) -> float:
    if epsilon > EPSILON_LIMIT:
        raise Inexpressible(
            f"paddle's LayerNorm takes no epsilon above {EPSILON_LIMIT}: normalise by hand"
        )
    return epsilon


_SYNC_BATCH_NORM = {
    **_BATCH_NORM,
    "eval_statistics": fixed("running", "the running statistics"),
    "train_statistics": fixed("batch", "the statistics of the batch"),
}
CONFIGURATIONS = {
    **{f"paddle.nn.BatchNorm{n}D": _batch_norm(n) for n in (1, 2, 3)},
    "paddle.nn.BatchNorm": Configuration(_LEGACY_BATCH_NORM, BATCH_NORM),
    "paddle.sparse.nn.BatchNorm": Configuration(
        {**_BATCH_NORM, "channels": CHANNELS_LAST}, BATCH_NORM
    ),
    "paddle.nn.SyncBatchNorm": Configuration(
        {**_SYNC_BATCH_NORM, "channels": channels()}, SYNC_BATCH_NORM
    ),
    "paddle.sparse.nn.SyncBatchNorm": Configuration(
        {**_SYNC_BATCH_NORM, "channels": CHANNELS_LAST}, SYNC_BATCH_NORM
    ),
    **{f"paddle.nn.InstanceNorm{n}D": _instance_norm(n) for n in (1, 2, 3)},
    "paddle.nn.LayerNorm": Configuration(
        {
            "epsilon": Setting("epsilon", "_epsilon", from_canonical=_layer_norm_epsilon),
            "normalized_shape": Setting("normalized_shape", "_normalized_shape", tuple),
        },
        LAYER_NORM,
    ),
    "paddle.nn.GroupNorm": Configuration(
        {
            "epsilon": EPSILON,
            "num_groups": Setting("num_groups", "_num_groups"),
            "channels": channels(),
        },
        GROUP_NORM,
    ),
    "paddle.nn.SpectralNorm": Configuration(SPECTRAL),
}
