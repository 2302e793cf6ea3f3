"""The ways faults are planted in a paddle model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle

__all__ = [
    "attribute",
    "exchanged",
    "hooked",
    "method",
    "replaced",
    "rewritten",
    "scaled_gradient",
    "submodule",
]

Plant = Callable[[Any], None]


def submodule(model: Any, path: str) -> Any:
    """The submodule at a dotted path."""
    for name in path.split(".") if path else ():
        model = model[int(name)] if name.isdigit() else getattr(model, name)
    return model


def attribute(path: str, **values: Any) -> Plant:
    """Set attributes of one submodule."""

    def plant(model: Any) -> None:
        for name, value in values.items():
            setattr(submodule(model, path), name, value)

    return plant


def method(path: str, name: str, function: Callable[..., Any]) -> Plant:
    """Replace a method of one submodule; the function gets the submodule first."""

    def plant(model: Any) -> None:
        module = submodule(model, path)
        object.__setattr__(module, name, lambda *args: function(module, *args))

    return plant


def replaced(path: str, make: Callable[[], paddle.nn.Layer]) -> Plant:
    """Put another module in the place of one."""

    def plant(model: Any) -> None:
        above, _, name = path.rpartition(".")
        setattr(submodule(model, above), name, make())

    return plant


def rewritten(path: str, name: str, change: Callable[[Any], Any]) -> Plant:
    """Change the values of one tensor; the function gets and returns an array."""

    def plant(model: Any) -> None:
        tensor = getattr(submodule(model, path), name)
        tensor.set_value(np.ascontiguousarray(change(tensor.numpy())))

    return plant


def exchanged(one: tuple[str, str], other: tuple[str, str]) -> Plant:
    """Exchange the values of two tensors of one shape, each given by submodule and name."""

    def plant(model: Any) -> None:
        tensors = [getattr(submodule(model, path), name) for path, name in (one, other)]
        values = [tensor.numpy() for tensor in tensors]
        for tensor, value in zip(tensors, reversed(values), strict=True):
            tensor.set_value(value)

    return plant


def hooked(path: str, change: Callable[[Any], Any]) -> Plant:
    """Change what one submodule returns."""

    def plant(model: Any) -> None:
        submodule(model, path).register_forward_post_hook(lambda _m, _i, output: change(output))

    return plant


class _Scaled(paddle.autograd.PyLayer):
    """The identity, whose gradient is 1.01 of what it should be."""

    @staticmethod
    def forward(ctx: Any, values: Any) -> Any:
        del ctx
        return values.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:
        del ctx
        return gradient * 1.01


def scaled_gradient(path: str) -> Plant:
    """Scale the gradient of one submodule by 1.01, going backward only."""
    return hooked(path, _Scaled.apply)
