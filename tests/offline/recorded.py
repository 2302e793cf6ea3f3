"""Recording the pairs of `tests.models` as a script would run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import padiff
from padiff.capture.nested import leaves
from padiff.capture.protocols import CaptureAdapter, capture_adapter
from padiff.protocols import Array
from padiff.trace.index import Level

__all__ = ["record_both", "record_run"]


def record_run(
    model: Any,
    inputs: tuple[Any, ...],
    path: Path,
    *,
    optimizer: Any = None,
    steps: int = 1,
    level: Level = "full",
) -> padiff.Trace:
    """A training loop, watched: a loss over all outputs, and the optimizer's step if there is one."""
    adapter = capture_adapter(padiff.create_model(model))
    with padiff.record(model, path, steps=steps, optimizer=optimizer, level=level, rounding=True):
        for _ in range(steps):
            adapter.backward(_loss(adapter, model(*inputs)))
            if optimizer is not None:
                adapter.step(optimizer)
            adapter.clear_gradients(model)
    return padiff.Trace(path)


def record_both(
    models: tuple[Any, Any],
    inputs: tuple[tuple[Any, ...], tuple[Any, ...]],
    folder: Path,
    *,
    optimizers: tuple[Any, Any] | None = None,
    steps: int = 1,
    level: Level = "full",
) -> tuple[padiff.Trace, padiff.Trace]:
    """Base's run and raw's, each recorded by itself."""
    base, raw = (
        record_run(model, given, folder / side, optimizer=optimizer, steps=steps, level=level)
        for side, model, given, optimizer in zip(
            ("base", "raw"), models, inputs, optimizers or (None, None), strict=True
        )
    )
    return base, raw


def _loss(adapter: CaptureAdapter, output: Any) -> Any:
    tensors = [tensor for _, tensor in leaves(output, adapter.is_tensor)]
    floats = [tensor for tensor in tensors if adapter.array(tensor).dtype.kind == "f"]
    return adapter.dot(floats, [_weights(i, adapter.array(t)) for i, t in enumerate(floats)])


def _weights(seed: int, values: Array) -> Array:
    drawn = np.random.default_rng(seed).standard_normal(values.shape)
    return np.asarray(drawn / np.sqrt(values.size), values.dtype)
