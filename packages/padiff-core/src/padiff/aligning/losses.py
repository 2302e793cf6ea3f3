"""The scalar two backward passes start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.nested import leaves
from padiff.errors import RunError

if TYPE_CHECKING:
    from padiff.aligning.settings import Loss
    from padiff.capture.protocols import CaptureAdapter
    from padiff.protocols import Array

__all__ = ["loss_of"]

_SEED = 20240229


def loss_of(adapter: CaptureAdapter, output: Any, function: Loss | None, side: str) -> Any | None:
    """The user's loss; or every floating output weighted, with its mean or fixed random numbers.

    A mean is not the default: of a softmax or a normalisation it is constant, and its gradient zero.
    The weights depend on place and shape alone, so both sides get the same, and have a norm of 1.

    Returns:
        A scalar of the framework; None if no gradient flows to any output.
    """
    if callable(function):
        try:
            return function(output)
        except Exception as error:
            raise RunError(
                f"The loss function of {side} raised.",
                where=f"the {side} model's output",
                got=f"{type(error).__name__}: {error}",
            ) from error
    tensors = [tensor for _, tensor in leaves(output, adapter.is_tensor)]
    kept = [(i, t) for i, t in enumerate(tensors) if _is_differentiable(adapter.array(t))]
    if not kept:
        return None
    weights = [None if function == "mean" else _weights(i, adapter.array(t)) for i, t in kept]
    return adapter.dot([t for _, t in kept], weights)


def _is_differentiable(values: Array) -> bool:
    return values.dtype.kind in "fV" and bool(values.size)


def _weights(index: int, values: Array) -> Array:
    numbers = np.random.default_rng(_SEED + index).standard_normal(values.shape)
    return np.asarray(numbers / np.linalg.norm(numbers), np.float64).astype(values.dtype)
