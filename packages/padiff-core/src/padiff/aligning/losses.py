"""The scalar two backward passes start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from padiff.capture.beside_tensors import output_leaves
from padiff.capture.nested import leaves
from padiff.errors import RunError

if TYPE_CHECKING:
    from padiff.aligning.settings import Loss
    from padiff.capture.protocols import CaptureAdapter
    from padiff.protocols import Array

__all__ = ["loss_from", "loss_of"]

_SEED = 20240229


def loss_of(adapter: CaptureAdapter, output: Any, function: Loss | None, side: str) -> Any | None:
    """The user's loss; or every floating or complex output weighted, with its mean or fixed random numbers.

    A mean is not the default: of a softmax or a normalisation it is constant, and its gradient zero.
    The weights depend on place and shape alone, so both sides get the same, and have a norm of 1.

    Returns:
        A scalar of the framework; None if no gradient flows to any output.

    Raises:
        RunError: If the user's function raises, or returns no scalar of the framework.
    """
    if callable(function):
        return _checked(adapter, _called(function, output, side), side)
    tensors = [tensor for _, tensor in leaves(output, adapter.is_tensor)]
    kept = [(i, t) for i, t in enumerate(tensors) if _is_differentiable(adapter.array(t))]
    if not kept:
        return None
    weights = [None if function == "mean" else _weights(i, adapter.array(t)) for i, t in kept]
    return adapter.dot([t for _, t in kept], weights)


def loss_from(
    adapter: CaptureAdapter, slots: Sequence[str], gradients: Mapping[str, Array]
) -> Callable[[Any], Any]:
    """A loss with given gradients: whatever loss base was run with, its backward pass begins alike.

    Args:
        adapter: Raw's adapter.
        slots: Of base's outputs, in order.
        gradients: By slot, those base's outputs had.
    """

    def loss(output: Any) -> Any | None:
        found = list(output_leaves(output, adapter.is_tensor))
        names = [slot for slot, _, _ in found]
        paired = zip(names if set(names) == set(slots) else slots, found, strict=False)
        kept = [
            (tensor, gradients[slot])
            for slot, (_, tensor, is_tensor) in paired
            if is_tensor
            and slot in gradients
            and adapter.array(tensor).shape == gradients[slot].shape
        ]
        return adapter.dot([t for t, _ in kept], [g for _, g in kept])

    return loss


def _called(function: Callable[[Any], Any], output: Any, side: str) -> Any:
    try:
        return function(output)
    except Exception as error:
        raise RunError(
            f"The loss function of {side} raised.",
            where=f"the {side} model's output",
            got=f"{type(error).__name__}: {error}",
        ) from error


def _checked(adapter: CaptureAdapter, loss: Any, side: str) -> Any:
    is_tensor = adapter.is_tensor(loss)
    if is_tensor and adapter.array(loss).size == 1:
        return loss
    raise RunError(
        f"The loss function of {side} returned no scalar.",
        where=f"the {side} model's output",
        got=f"shape {adapter.array(loss).shape}" if is_tensor else type(loss).__name__,
        expected=f"a tensor of {adapter.framework} with one element",
    )


def _is_differentiable(values: Array) -> bool:
    return values.dtype.kind in "fVc" and bool(values.size)


def _weights(index: int, values: Array) -> Array:
    draw = np.random.default_rng(_SEED + index).standard_normal
    numbers = np.asarray(draw(values.shape))
    if values.dtype.kind == "c":
        numbers = numbers + 1j * draw(values.shape)
    return np.asarray(numbers / np.linalg.norm(numbers)).astype(values.dtype)
