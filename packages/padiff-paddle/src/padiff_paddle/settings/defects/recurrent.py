"""Recurrent layers: a fused kernel that needs all biases, and gradients it does not give."""

from __future__ import annotations

from typing import Any

from padiff.linting.layer import Layer
from padiff.rules import Rule

__all__ = ["FUSED", "LOOPED", "PROJECTED_CELL"]


def _lacks_biases(module: Any) -> bool:
    """Whether the fused kernel is to run without its four tensors for each layer and direction."""
    wanted = 4 * module.num_layers * module.num_directions
    return bool(module.could_use_cudnn) and len(module._all_weights) < wanted


def _missing_bias(layer: Layer, _other: Layer) -> str | None:
    if not _lacks_biases(layer.module):
        return None
    return "a bias attr is False: paddle's forward kills the interpreter, or raises"


def _is_fused(module: Any) -> bool:
    return bool(module.could_use_cudnn) and not _lacks_biases(module)


def _eval_backward(layer: Layer, _other: Layer) -> str | None:
    if not _is_fused(layer.module) or layer.training:
        return None
    return "the layer is in eval(), where paddle's backward raises"


def _frozen(layer: Layer, _other: Layer) -> str | None:
    names = [name for name, spec in layer.tensors.items() if not spec.trainable]
    if not _is_fused(layer.module) or not names:
        return None
    return f"{', '.join(names)} frozen: paddle's backward raises if any parameter is"


def _python_loop(layer: Layer, _other: Layer) -> str | None:
    if layer.module.could_use_cudnn:
        return None
    return "could_use_cudnn=False: paddle's Python loop raises on the initial state"


def _projected_cell(layer: Layer, _other: Layer) -> str | None:
    if not any(name.endswith("weight_hr") for name in layer.tensors):
        return None
    return "proj_size is set: called without initial states, paddle's cell raises"


FUSED = (
    Rule(
        "missing_bias",
        "error",
        "bias_ih_attr=False or bias_hh_attr=False kills the interpreter, or raises",
        _missing_bias,
        "keep both biases in paddle's layer: the transfer fills them with 0",
    ),
    Rule(
        "eval_backward",
        "info",
        "paddle's fused kernel has no backward in eval()",
        _eval_backward,
        "take gradients in train(), with dropout=0",
    ),
    Rule(
        "frozen_parameter",
        "warning",
        "paddle's fused kernel has no backward if one of its parameters is frozen",
        _frozen,
        "let all be trainable, and leave the frozen ones out of the optimiser",
    ),
)
LOOPED = (
    Rule(
        "python_loop",
        "error",
        "without the fused kernel, GRU and SimpleRNN raise on their initial state",
        _python_loop,
        "leave could_use_cudnn as it is, and keep both biases",
    ),
)
PROJECTED_CELL = (
    Rule(
        "default_state",
        "info",
        "an LSTMCell with proj_size makes initial states of exchanged sizes",
        _projected_cell,
        "pass initial states, of shapes (batch, proj_size) and (batch, hidden_size)",
    ),
)
