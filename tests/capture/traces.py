"""Everything a run might leave behind, as something that can be compared."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.capture.native import CaptureNative

__all__ = ["attributes", "trace"]


def attributes(owner: Any, look: Callable[[Any], Any] = id) -> dict[str, Any]:
    """An object's attributes: names in order, with the objects' identities; containers' contents too."""
    return {name: _look(value, look) for name, value in vars(owner).items()}


def _look(value: Any, look: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return id(value), [(id(key), _look(item, look)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return id(value), [_look(item, look) for item in value]
    if isinstance(value, set):
        return id(value), sorted(map(id, value))
    return look(value)


def trace(native: CaptureNative, module: Any, optimizer: Any = None) -> dict[str, Any]:
    """All attributes of all modules and of the optimizer, all tensors' values, the random states."""

    def look(value: Any) -> Any:
        if not native.adapter.is_tensor(value):
            return id(value)
        values = native.initialised(value)
        gradient = native.gradient(value) if value.is_leaf else None
        return (
            id(value),
            values if values is None else (str(values.dtype), values.shape, values.tobytes()),
            native.needs_gradient(value),
            None if gradient is None else gradient.tobytes(),
        )

    found: dict[str, Any] = {
        path: attributes(child, look) for path, child in native.modules(module).items()
    }
    if optimizer is not None:
        found["the optimizer"] = attributes(optimizer, look)
    found["python's generator"] = random.getstate()
    found["NumPy's generator"] = repr(np.random.get_state())  # noqa: NPY002
    found["the framework's generator"] = native.random_state()
    found["whether gradients are recorded"] = native.gradients_recorded()
    return found
