"""What the tests of recording need of a framework, beyond what those of capture do."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from tests.capture.native import CaptureNative

__all__ = ["RecordNative"]


class RecordNative(CaptureNative):
    autocast_to: ClassVar[str]
    """The dtype of a Linear's output under `half_precision`."""

    @abstractmethod
    def embedding(self, count: int, size: int) -> Any:
        """An Embedding."""

    @abstractmethod
    def attention(self, size: int, heads: int) -> Any:
        """A MultiHeadAttention over (batch, time, size)."""

    @abstractmethod
    def derivative(self, of: Any, by: Any) -> Any:
        """The derivative of the sum of a tensor by a leaf, to be differentiated again."""

    @abstractmethod
    def half_precision(self) -> AbstractContextManager[Any]:
        """Autocast to bfloat16."""

    @abstractmethod
    def scaled_step(self, loss: Any, optimizer: Any) -> None:
        """The backward pass and the step, both through a GradScaler."""

    @abstractmethod
    def write(self, tensor: Any, values: Any) -> None:
        """Overwrite a tensor in place, where no gradient is recorded."""

    @abstractmethod
    def keep_unsaved(self, module: Any, name: str, tensor: Any) -> None:
        """Register a tensor as a buffer that no state dict holds, or put it in the place of one."""
