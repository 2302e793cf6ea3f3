"""Activations that own no tensors: only their settings matter."""

from __future__ import annotations

from padiff.hyperparameters import Setting, fixed
from padiff.kind import Kind
from padiff.kinds import pointwise as kinds
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

_AXIS = {"axis": Setting("dim", "dim")}
_ALPHA = {"alpha": Setting("alpha", "alpha")}
_LAMBDA = {"threshold": Setting("lambd", "lambd")}
# SELU's two constants are no arguments in torch.
_SELU = {"alpha": fixed(1.6732632423543772), "scale": fixed(1.0507009873554805)}
_PLAIN: dict[str, Kind] = {
    "Hardsigmoid": kinds.HARD_SIGMOID,
    "Hardswish": kinds.HARD_SWISH,
    "LogSigmoid": kinds.LOG_SIGMOID,
    "Mish": kinds.MISH,
    "ReLU": kinds.RELU,
    "ReLU6": kinds.RELU6,
    "SiLU": kinds.SILU,
    "Sigmoid": kinds.SIGMOID,
    "Softsign": kinds.SOFT_SIGN,
    "Tanh": kinds.TANH,
    "Tanhshrink": kinds.TANH_SHRINK,
}
LAYOUTS = {
    **{f"torch.nn.{name}": Layout(kind) for name, kind in _PLAIN.items()},
    "torch.nn.CELU": Layout(kinds.CELU, settings=_ALPHA),
    "torch.nn.ELU": Layout(kinds.ELU, settings=_ALPHA),
    "torch.nn.GELU": Layout(
        kinds.GELU,
        settings={
            "form": Setting(
                "approximate",
                "approximate",
                lambda approximate: "erf" if approximate == "none" else approximate,
                lambda form: "none" if form == "erf" else form,
            )
        },
    ),
    "torch.nn.GLU": Layout(kinds.GLU, settings=_AXIS),
    "torch.nn.Hardshrink": Layout(kinds.HARD_SHRINK, settings=_LAMBDA),
    "torch.nn.Hardtanh": Layout(
        kinds.HARD_TANH,
        settings={
            "minimum": Setting("min_val", "min_val"),
            "maximum": Setting("max_val", "max_val"),
        },
    ),
    "torch.nn.LeakyReLU": Layout(
        kinds.LEAKY_RELU, settings={"slope": Setting("negative_slope", "negative_slope")}
    ),
    "torch.nn.LogSoftmax": Layout(kinds.LOG_SOFTMAX, settings=_AXIS),
    "torch.nn.RReLU": Layout(
        kinds.RANDOM_LEAKY_RELU,
        settings={"lower": Setting("lower", "lower"), "upper": Setting("upper", "upper")},
    ),
    "torch.nn.SELU": Layout(kinds.SELU, settings=_SELU),
    "torch.nn.Softmax": Layout(kinds.SOFTMAX, settings=_AXIS),
    "torch.nn.Softmax2d": Layout(kinds.SOFTMAX, settings={"axis": fixed(-3)}),
    "torch.nn.Softplus": Layout(
        kinds.SOFTPLUS,
        settings={"beta": Setting("beta", "beta"), "threshold": Setting("threshold", "threshold")},
    ),
    "torch.nn.Softshrink": Layout(kinds.SOFT_SHRINK, settings=_LAMBDA),
    "torch.nn.Threshold": Layout(
        kinds.THRESHOLD,
        settings={
            "threshold": Setting("threshold", "threshold"),
            "value": Setting("value", "value"),
        },
    ),
}
