"""Tensors on two devices: `here`, which NumPy can see, and `far`, which it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from padiff.protocols import Array

__all__ = ["Device", "Parameter", "Tensor", "recording", "recording_is"]

Device: TypeAlias = Literal["here", "far"]

_recording = [True]


def recording_is() -> bool:
    """Whether gradients are recorded, so that parameters may not be overwritten."""
    return _recording[0]


@contextmanager
def recording(enabled: bool) -> Iterator[None]:
    """Record gradients, or do not, for a while."""
    before = _recording[0]
    _recording[0] = enabled
    try:
        yield
    finally:
        _recording[0] = before


class Tensor:
    """An array, a device, and a gradient. Equal to nothing but itself.

    `memory` belongs to the framework: what is `far` may only be read and written as a whole.
    """

    trainable = False

    def __init__(self, values: ArrayLike, device: Device = "here") -> None:
        self.memory: Array | None = np.array(values, order="K")
        self.device: Final[Device] = device
        self.grad: Tensor | None = None

    @classmethod
    def without_memory(cls) -> Tensor:
        """A tensor that waits for its first values, and does not know its shape yet."""
        tensor = cls(())
        tensor.memory = None
        return tensor

    def view(self) -> Array:
        """The memory itself; raises for a tensor that is far or has none."""
        if self.device == "far":
            msg = "this tensor is far: read() it"
            raise RuntimeError(msg)
        return self._memory()

    def read(self) -> Array:
        """A copy of the values, wherever they are."""
        return self._memory().copy(order="K")

    def write(self, values: Array) -> None:
        """Overwrite the values, wherever they are; shape and dtype must be the tensor's."""
        memory = self._memory()
        if (values.shape, values.dtype) != (memory.shape, memory.dtype):
            msg = f"{values.shape} {values.dtype} for {memory.shape} {memory.dtype}"
            raise ValueError(msg)
        if self.trainable and recording_is():
            msg = "a parameter is overwritten while gradients are recorded"
            raise RuntimeError(msg)
        memory[...] = values

    def _memory(self) -> Array:
        if self.memory is None:
            msg = "this tensor has no memory yet"
            raise RuntimeError(msg)
        return self.memory


class Parameter(Tensor):
    """A tensor that is trained, unless it is told not to be."""

    def __init__(
        self, values: ArrayLike, device: Device = "here", *, trainable: bool = True
    ) -> None:
        super().__init__(values, device)
        self.trainable = trainable
