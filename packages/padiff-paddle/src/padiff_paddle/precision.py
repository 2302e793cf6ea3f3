"""A paddle layer in float64."""

from __future__ import annotations

import copy
from typing import Any

import paddle

from padiff.capture.snapshot import containers
from padiff_paddle.preserve import is_owner
from padiff_paddle.running import is_tensor

__all__ = ["widened"]

_NARROW = (paddle.float16, paddle.bfloat16, paddle.float32)


def widened(module: paddle.nn.Layer) -> paddle.nn.Layer:
    """A deep copy with every floating tensor in float64, every complex one in complex128.

    Parameters, buffers, and tensors in plain attributes, lists, tuples and dicts. Neither gradients
    nor graphs are copied.
    """
    wide = copy.deepcopy(module)
    for tensor in _tensors(wide):
        _widen(tensor)
    for layer in wide.sublayers(include_self=True):
        if layer._dtype in ("float16", "bfloat16", "float32", *_NARROW):
            layer._dtype = "float64"  # what states made in the forward pass take
    return wide


def _tensors(module: paddle.nn.Layer) -> list[Any]:
    """Every initialised tensor that can be reached, once."""
    reached = containers([module], is_tensor, is_owner)
    items = [item for _, items in reached for _, item in items if is_tensor(item)]
    return [t for t in {id(t): t for t in items}.values() if t._is_initialized()]


def _widen(tensor: Any) -> None:
    """Change the tensor's type in place, as `Layer.to` does, so that it stays who it is."""
    if tensor.is_floating_point() or tensor.is_complex():
        with paddle.no_grad():
            wide = tensor.astype("complex128" if tensor.is_complex() else "float64")
        # Both stay named until this is done: `get_tensor` does not keep them.
        tensor.value().get_tensor()._share_data_with(wide.value().get_tensor())
