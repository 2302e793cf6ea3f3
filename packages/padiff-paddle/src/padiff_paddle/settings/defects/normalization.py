"""Normalisation layers: missing and wrong gradients, a limit of epsilon, a missing kernel."""

from __future__ import annotations

from padiff.linting.layer import Layer
from padiff.rules import Rule

__all__ = [
    "BATCH_NORM",
    "EPSILON_LIMIT",
    "GROUP_NORM",
    "INSTANCE_NORM",
    "LAYER_NORM",
    "SYNC_BATCH_NORM",
]

EPSILON_LIMIT = 1e-3
"""The largest epsilon paddle's LayerNorm takes."""


def _trainable(layer: Layer) -> dict[str, bool]:
    """Of the weight and the bias it has, whether a gradient is wanted."""
    return {
        name: layer.tensors[name].trainable for name in ("weight", "bias") if name in layer.tensors
    }


def _half_affine(layer: Layer, _other: Layer) -> str | None:
    present = _trainable(layer)
    if len(present) != 1:
        return None
    (name,) = present
    missing = "bias" if name == "weight" else "weight"
    return f"paddle gives the {name} no gradient, because the layer has no {missing}"


def _half_frozen(layer: Layer, _other: Layer) -> str | None:
    wanted = _trainable(layer)
    if len(wanted) != 2 or wanted["weight"] == wanted["bias"]:
        return None
    frozen, other = ("bias", "weight") if wanted["weight"] else ("weight", "bias")
    return f"paddle gives the {other} no gradient, because the {frozen} is frozen"


def _no_momentum(layer: Layer, _other: Layer) -> str | None:
    raises = layer.module._momentum is None
    return "momentum=None: paddle's forward raises" if raises else None


def _batch_in_eval(layer: Layer, _other: Layer) -> str | None:
    reading, setting = layer.read("eval_statistics"), layer.setting("eval_statistics")
    if setting is None or reading.canonical == "running":
        return None
    return (
        f"{setting.assign(reading.native)}: in eval() paddle updates the running statistics, "
        "and its gradients are wrong"
    )


def _no_cpu_kernel(layer: Layer, _other: Layer) -> str | None:
    on_cpu = any(spec.on_host for spec in layer.tensors.values())
    return "paddle has no CPU kernel for it: its forward raises, also in eval()" if on_cpu else None


def _epsilon_limit(layer: Layer, _other: Layer) -> str | None:
    epsilon = layer.read("epsilon").native
    if 0 <= epsilon <= EPSILON_LIMIT:
        return None
    return f"epsilon={epsilon!r}: paddle's forward raises above {EPSILON_LIMIT}"


def _frozen_weight(layer: Layer, _other: Layer) -> str | None:
    if _trainable(layer).get("weight", True):
        return None
    return "the weight is frozen: paddle's input gradient leaves it out, and is wrong"


def _no_weight(layer: Layer, _other: Layer) -> str | None:
    return (
        None if "weight" in layer.tensors else "without a weight paddle's input gradient is wrong"
    )


_HALF_FROZEN = Rule(
    "half_frozen",
    "warning",
    "one of weight and bias is frozen: paddle gives the other no gradient",
    _half_frozen,
    "let both be trainable, and leave the frozen one out of the optimiser",
)
BATCH_NORM = (
    Rule(
        "half_affine",
        "warning",
        "one of weight and bias is missing: paddle gives the other no gradient",
        _half_affine,
        "keep both in paddle's layer: the transfer fills the missing one with its neutral value",
    ),
    _HALF_FROZEN,
    Rule(
        "no_momentum",
        "error",
        "paddle's forward takes no momentum=None",
        _no_momentum,
        "write momentum=0.9",
    ),
    Rule(
        "batch_statistics_in_eval",
        "warning",
        "the batch normalises in eval() too: gradients there are wrong, and statistics are updated",
        _batch_in_eval,
        "take gradients in train(), or keep running statistics on both sides",
    ),
)
SYNC_BATCH_NORM = (
    *BATCH_NORM,
    Rule(
        "no_cpu_kernel",
        "error",
        "paddle's SyncBatchNorm has no CPU kernel",
        _no_cpu_kernel,
        "write BatchNorm2D, or move the model to a GPU",
    ),
)
INSTANCE_NORM = (_HALF_FROZEN,)
LAYER_NORM = (
    Rule(
        "epsilon_limit",
        "error",
        "paddle's forward refuses an epsilon above 0.001",
        _epsilon_limit,
        "write an epsilon of at most 0.001 on both sides, or normalise by hand",
    ),
    Rule(
        "frozen_weight",
        "warning",
        "the weight is frozen: paddle's input gradient is wrong (CPU)",
        _frozen_weight,
        "let the weight be trainable, and leave it out of the optimiser",
    ),
)
GROUP_NORM = (
    Rule(
        "no_weight",
        "warning",
        "there is no weight: paddle's input gradient is wrong (CPU)",
        _no_weight,
        "keep the weight in paddle's layer: the transfer fills it with 1",
    ),
)
