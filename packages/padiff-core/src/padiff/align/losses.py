"""The scalar two backward passes start from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.nested import leaves
from padiff.errors import RunError

if TYPE_CHECKING:
    from padiff.capture.protocols import CaptureAdapter
    from padiff.protocols import Array

__all__ = ["loss_of"]

_SEED = 20240229


def loss_of(
    adapter: CaptureAdapter, output: Any, function: Callable[[Any], Any] | None, side: str
) -> Any | None:
    """The user's loss; or every floating output weighted with fixed random numbers.

    A plain mean would not do: of a softmax or a normalisation it is constant, and its gradient zero.
    The weights depend on place and shape alone, so both sides get the same, and have a norm of 1.

    Returns:
        A scalar of the framework; None if no gradient flows to any output.
    """
    if function is not None:
        try:
            return function(output)
        except Exception as error:
            raise RunError(
                f"The loss function of {side} raised.",
                where=f"the {side} model's output",
                got=f"{type(error).__name__}: {error}",
            ) from error
    tensors = [tensor for _, tensor in leaves(output, adapter.is_tensor)]
    weights = [_weights(i, adapter.array(tensor)) for i, tensor in enumerate(tensors)]
    kept = [(t, w) for t, w in zip(tensors, weights, strict=True) if w is not None]
    return adapter.dot([t for t, _ in kept], [w for _, w in kept]) if kept else None


def _weights(index: int, values: Array) -> Array | None:
    if values.dtype.kind not in "fV" or not values.size:
        return None
    numbers = np.random.default_rng(_SEED + index).standard_normal(values.shape)
    return np.asarray(numbers / np.linalg.norm(numbers), np.float64).astype(values.dtype)
