"""What is compared to see that a tensor, or a whole model, is as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """All that is seen of one tensor."""

    identity: int
    memory: int | None
    """Where its values are; None if it has none."""
    shape: tuple[int, ...]
    dtype: str
    bits: bytes
    trained: bool
    gradient: bytes | None


def marks_of(model: Any) -> dict[str, Mark]:
    """The marks of a model of either framework, or of the reference framework."""
    package = {cls.__module__.partition(".")[0] for cls in type(model).__mro__}
    if "torch" in package:
        from tests.small import in_torch

        return in_torch.marks(model)
    if "paddle" in package:
        from tests.small import in_paddle

        return in_paddle.marks(model)
    return {name: _reference(tensor) for name, tensor in model.state_dict().items()}


def _reference(tensor: Any) -> Mark:
    memory = tensor.memory
    return Mark(
        identity=id(tensor),
        memory=None if memory is None else memory.ctypes.data,
        shape=() if memory is None else memory.shape,
        dtype="" if memory is None else str(memory.dtype),
        bits=b"" if memory is None else memory.tobytes(),
        trained=tensor.trainable,
        gradient=None if tensor.grad is None else tensor.grad.read().tobytes(),
    )
