"""What the tests of capture need of a framework, bypassing its adapter.

The laws (`*_laws.py`) are written once, against this; `test_torch_*.py` and `test_paddle_*.py` run
them. Operators and methods that both frameworks spell alike (`*`, `sum`, `exp`, `tanh_`) are used plainly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import numpy as np

from padiff.capture.protocols import RecordAdapter
from padiff.protocols import Array

__all__ = ["CaptureNative"]


class CaptureNative(ABC):
    """A framework, as its users use it."""

    adapter: ClassVar[RecordAdapter]
    dtypes: ClassVar[tuple[str, ...]]
    """Names of the dtypes it has, as NumPy and ml_dtypes spell them."""
    transposes: ClassVar[bool]
    """Whether its Linear keeps a weight of shape (in, out)."""

    @abstractmethod
    def tensor(self, values: Any, *, needs_gradient: bool = False) -> Any:
        """A leaf."""

    @abstractmethod
    def values(self, tensor: Any) -> Array:
        """A copy of the values."""

    def initialised(self, tensor: Any) -> Array | None:
        """A copy of the values; None where there are none yet."""
        return self.values(tensor)

    def gradient(self, tensor: Any) -> Array | None:
        """A copy of the gradient a leaf has."""
        return None if tensor.grad is None else self.values(tensor.grad)

    @abstractmethod
    def cast(self, tensor: Any, dtype: str) -> Any:
        """The tensor in another dtype."""

    @abstractmethod
    def needs_gradient(self, tensor: Any) -> bool:
        """Whether the framework would compute a gradient for it."""

    @abstractmethod
    def freeze(self, tensor: Any) -> None:
        """Let a leaf need no gradient."""

    @abstractmethod
    def version(self, tensor: Any) -> int:
        """How often it was written in place."""

    @abstractmethod
    def backward(self, loss: Any) -> None:
        """The backward pass, with no help."""

    @abstractmethod
    def relu_(self, tensor: Any) -> Any:
        """ReLU in place."""

    @abstractmethod
    def module(self, forward: Callable[..., Any], **members: Any) -> Any:
        """A module of a new class, with these parameters, modules and plain attributes."""

    @abstractmethod
    def parameter(self, values: Any) -> Any:
        """A parameter."""

    @abstractmethod
    def buffer(self, module: Any, name: str, values: Any) -> None:
        """Register a buffer."""

    @abstractmethod
    def linear(self, inputs: int, outputs: int) -> Any:
        """A Linear."""

    @abstractmethod
    def batch_norm(self, features: int) -> Any:
        """A BatchNorm1d over (batch, features)."""

    @abstractmethod
    def dropout(self, p: float) -> Any:
        """A Dropout."""

    @abstractmethod
    def lstm(self, inputs: int, hidden: int, layers: int, dropout: float = 0.0) -> Any:
        """An LSTM over (batch, time, feature)."""

    @abstractmethod
    def with_spectral_norm(self, module: Any) -> Any:
        """The module, its weight computed from another and two buffers before each call."""

    @abstractmethod
    def modules(self, module: Any) -> Mapping[str, Any]:
        """The module and all below it, by path."""

    @abstractmethod
    def parameters(self, module: Any) -> Mapping[str, Any]:
        """All parameters by name."""

    @abstractmethod
    def state(self, module: Any) -> Mapping[str, Any]:
        """All parameters and buffers by name."""

    @abstractmethod
    def momentum(self, parameters: Any) -> Any:
        """An optimizer that keeps a momentum of every parameter."""

    @abstractmethod
    def adam(self, parameters: Any) -> Any:
        """Adam."""

    @abstractmethod
    def seed(self, number: int) -> None:
        """Seed the framework's generator."""

    @abstractmethod
    def random(self) -> float:
        """A number from the framework's generator."""

    @abstractmethod
    def random_state(self) -> Any:
        """The state of the framework's generator, comparable."""

    def globals(self) -> list[object]:
        """Functions of the framework that synchronised dropout exchanges."""
        return []

    @abstractmethod
    def gradients_recorded(self) -> bool:
        """Whether gradients are recorded here."""

    @abstractmethod
    def not_recording(self) -> AbstractContextManager[Any]:
        """The framework's no_grad."""

    @abstractmethod
    def clear(self, optimizer: Any) -> None:
        """Clear the gradients, as users of the framework do."""

    @abstractmethod
    def recompute(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function whose insides are computed again in the backward pass."""

    @abstractmethod
    def compiled(self, module: Any) -> Any:
        """The module, compiled: another one, or itself."""

    @abstractmethod
    def compiles(self) -> bool:
        """Whether a compiled function that is called now runs compiled."""

    @abstractmethod
    def not_compiling(self) -> AbstractContextManager[Any]:
        """The framework's own switch, turned off."""

    def gradients(self, module: Any) -> dict[str, Array | None]:
        """All parameters' gradients."""
        return {name: self.gradient(p) for name, p in self.parameters(module).items()}

    def noise(self, *shape: int, seed: int = 0) -> Array:
        """Normally distributed float32."""
        return np.random.default_rng(seed).standard_normal(shape, np.float32)
