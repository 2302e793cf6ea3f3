"""Activations that own no tensors: only their settings matter."""

from __future__ import annotations

from padiff.hyperparameters import Setting, fixed
from padiff.kind import Kind
from padiff.kinds import pointwise as kinds
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_AXIS = {"axis": Setting("axis", "_axis")}
_ALPHA = {"alpha": Setting("alpha", "_alpha")}
_THRESHOLD = {"threshold": Setting("threshold", "_threshold")}
_PLAIN: dict[str, Kind] = {
    "Hardsigmoid": kinds.HARD_SIGMOID,
    "Hardswish": kinds.HARD_SWISH,
    "LogSigmoid": kinds.LOG_SIGMOID,
    "Mish": kinds.MISH,
    "ReLU": kinds.RELU,
    "ReLU6": kinds.RELU6,
    "Sigmoid": kinds.SIGMOID,
    "Silu": kinds.SILU,
    "Softsign": kinds.SOFT_SIGN,
    "Swish": kinds.SILU,
    "Tanh": kinds.TANH,
    "Tanhshrink": kinds.TANH_SHRINK,
}
LAYOUTS = {
    **{f"paddle.nn.{name}": Layout(kind) for name, kind in _PLAIN.items()},
    "paddle.nn.CELU": Layout(kinds.CELU, settings=_ALPHA),
    "paddle.nn.ELU": Layout(kinds.ELU, settings=_ALPHA),
    "paddle.nn.GELU": Layout(
        kinds.GELU,
        settings={
            "form": Setting(
                "approximate",
                "_approximate",
                lambda approximate: "tanh" if approximate in (True, "tanh") else "erf",
                lambda form: form == "tanh",
            )
        },
    ),
    "paddle.nn.GLU": Layout(kinds.GLU, settings=_AXIS),
    "paddle.nn.Hardshrink": Layout(kinds.HARD_SHRINK, settings=_THRESHOLD),
    "paddle.nn.Hardtanh": Layout(
        kinds.HARD_TANH,
        settings={"minimum": Setting("min", "_min"), "maximum": Setting("max", "_max")},
    ),
    "paddle.nn.LeakyReLU": Layout(
        kinds.LEAKY_RELU, settings={"slope": Setting("negative_slope", "_negative_slope")}
    ),
    "paddle.nn.LogSoftmax": Layout(kinds.LOG_SOFTMAX, settings=_AXIS),
    "paddle.nn.RReLU": Layout(
        kinds.RANDOM_LEAKY_RELU,
        settings={"lower": Setting("lower", "_lower"), "upper": Setting("upper", "_upper")},
    ),
    "paddle.nn.SELU": Layout(kinds.SELU, settings={**_ALPHA, "scale": Setting("scale", "_scale")}),
    "paddle.nn.Softmax": Layout(kinds.SOFTMAX, settings=_AXIS),
    "paddle.nn.Softmax2D": Layout(kinds.SOFTMAX, settings={"axis": fixed(-3)}),
    "paddle.compat.nn.Softmax": Layout(kinds.SOFTMAX, settings={"axis": Setting("dim", "_dim")}),
    "paddle.nn.Softplus": Layout(
        kinds.SOFTPLUS, settings={"beta": Setting("beta", "_beta"), **_THRESHOLD}
    ),
    "paddle.nn.Softshrink": Layout(kinds.SOFT_SHRINK, settings=_THRESHOLD),
    "paddle.nn.ThresholdedReLU": Layout(
        kinds.THRESHOLD, settings={**_THRESHOLD, "value": Setting("value", "_value")}
    ),
}
