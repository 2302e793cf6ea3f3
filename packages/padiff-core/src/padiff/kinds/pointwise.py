"""Activations that own no tensors: kinds only so that they can be told apart and compared."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import Kind

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "HARD_SHRINK",
    "HARD_SIGMOID",
    "HARD_SWISH",
    "HARD_TANH",
    "LEAKY_RELU",
    "LOG_SIGMOID",
    "LOG_SOFTMAX",
    "MISH",
    "RANDOM_LEAKY_RELU",
    "RELU",
    "RELU6",
    "SELU",
    "SIGMOID",
    "SILU",
    "SOFTMAX",
    "SOFTPLUS",
    "SOFT_SHRINK",
    "SOFT_SIGN",
    "TANH",
    "TANH_SHRINK",
    "THRESHOLD",
]

_AXIS = Hyperparameter(
    "axis",
    "the axis; a negative one is counted from the last, and equals another for some inputs only",
    severity="warning",
)
_ALPHA = Hyperparameter("alpha", "size of the saturated negative side")
_THRESHOLD = Hyperparameter("threshold", "where the function changes its form")

CELU = Kind("celu", hyperparameters=(_ALPHA,), summary="max(0, x) + min(0, a (exp(x / a) - 1))")
ELU = Kind("elu", hyperparameters=(_ALPHA,), summary="x, or a (exp(x) - 1) below 0")
GELU = Kind(
    "gelu",
    hyperparameters=(Hyperparameter("form", "'erf', the exact one, or its 'tanh' approximation"),),
    summary="x times the normal distribution function of x",
)
GLU = Kind("glu", hyperparameters=(_AXIS,), summary="one half times the sigmoid of the other")
HARD_SHRINK = Kind("hard_shrink", hyperparameters=(_THRESHOLD,), summary="x, or 0 near 0")
HARD_SIGMOID = Kind("hard_sigmoid", summary="clip(x / 6 + 1 / 2, 0, 1)")
HARD_SWISH = Kind("hard_swish", summary="x clip(x / 6 + 1 / 2, 0, 1)")
HARD_TANH = Kind(
    "hard_tanh",
    hyperparameters=(
        Hyperparameter("minimum", "the lower bound"),
        Hyperparameter("maximum", "the upper bound"),
    ),
    summary="clip(x, minimum, maximum)",
)
LEAKY_RELU = Kind(
    "leaky_relu",
    hyperparameters=(Hyperparameter("slope", "factor of negative inputs"),),
    summary="x, or slope x below 0",
)
LOG_SIGMOID = Kind("log_sigmoid", summary="log(1 / (1 + exp(-x)))")
LOG_SOFTMAX = Kind("log_softmax", hyperparameters=(_AXIS,), summary="log of the softmax")
MISH = Kind("mish", summary="x tanh(log(1 + exp(x)))")
RANDOM_LEAKY_RELU = Kind(
    "random_leaky_relu",
    hyperparameters=(
        Hyperparameter("lower", "smallest factor of negative inputs"),
        Hyperparameter("upper", "largest factor of negative inputs"),
    ),
    summary="leaky ReLU of a random slope in training, of the mean slope in evaluation",
)
RELU = Kind("relu", summary="max(0, x)")
RELU6 = Kind("relu6", summary="clip(x, 0, 6)")
SELU = Kind(
    "selu",
    hyperparameters=(_ALPHA, Hyperparameter("scale", "factor of the whole")),
    summary="scale (x, or a (exp(x) - 1) below 0)",
)
SIGMOID = Kind("sigmoid", summary="1 / (1 + exp(-x))")
SILU = Kind("silu", summary="x / (1 + exp(-x))")
SOFTMAX = Kind("softmax", hyperparameters=(_AXIS,), summary="exp(x) / sum(exp(x)) over an axis")
SOFTPLUS = Kind(
    "softplus",
    hyperparameters=(Hyperparameter("beta", "steepness"), _THRESHOLD),
    summary="log(1 + exp(beta x)) / beta, or x above the threshold",
)
SOFT_SHRINK = Kind("soft_shrink", hyperparameters=(_THRESHOLD,), summary="x moved towards 0")
SOFT_SIGN = Kind("soft_sign", summary="x / (1 + |x|)")
TANH = Kind("tanh", summary="hyperbolic tangent")
TANH_SHRINK = Kind("tanh_shrink", summary="x - tanh(x)")
THRESHOLD = Kind(
    "threshold",
    hyperparameters=(_THRESHOLD, Hyperparameter("value", "what stands at and below it")),
    summary="x, or a value where x is not above the threshold",
)
