"""The ground truth of the contract suite: a framework used directly, past the adapter under test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from padiff.protocols import Array
from padiff.testing.values import Sizes

__all__ = ["Defective", "Native", "NeutralCase"]

ModuleT = TypeVar("ModuleT")
TensorT = TypeVar("TensorT")


@dataclass(frozen=True, slots=True)
class Defective(Generic[ModuleT]):
    """A module with a tensor that has no values to copy."""

    module: ModuleT
    name: str
    """The tensor's name."""
    defect: str
    """What its `TensorSpec.defect` must say."""


@dataclass(frozen=True, slots=True)
class NeutralCase(Generic[ModuleT]):
    """A layer with and without its optional tensors (a bias, a scale).

    Each function draws its sizes from a `Sizes` of the same seed, so that the two layers fit. Both
    layers must be in the mode of use (`eval`).
    """

    without: Callable[[Sizes], ModuleT]
    complete: Callable[[Sizes], ModuleT]
    inputs: Callable[[Sizes], tuple[Array, ...]]


class Native(ABC, Generic[ModuleT, TensorT]):
    """What the contract suite needs of a framework, in the framework's own terms.

    Nothing here may use the adapter: a fault on both sides would cancel out.
    """

    module_type: type[ModuleT]
    """The framework's module class."""
    dtypes: Sequence[np.dtype[Any]]
    """NumPy's names for every dtype the framework has tensors of."""
    places: Mapping[str, bool]
    """The devices of this machine, as `TensorSpec.device` spells them, and whether NumPy sees their
    memory: there `open` must give a view, elsewhere a staged copy."""
    examples: Mapping[str, Callable[[Sizes], ModuleT]]
    """Layers of the framework's own: at least one for each registered layout, and more where
    constructor arguments change the tensors."""
    neutral_cases: Mapping[str, NeutralCase[ModuleT]]
    """At least one for each neutral value a registered kind declares and the framework can omit."""

    def classes(self, module: ModuleT) -> Sequence[type[Any]]:
        """The classes a module's class names must speak of, most specific first.

        By default its MRO up to `module_type`; without what a framework generated at run time.
        """
        base = self.module_type
        return [cls for cls in type(module).__mro__ if issubclass(cls, base) and cls is not base]

    @abstractmethod
    def module(self) -> ModuleT:
        """A new module of a user's class, with no tensors and no children."""

    @abstractmethod
    def parameter(self, values: Array, *, place: str = "", trainable: bool = False) -> TensorT:
        """A new parameter with these values and this dtype; on the first of `places` by default."""

    @abstractmethod
    def buffer(self, values: Array) -> TensorT:
        """A new tensor to register as a buffer."""

    @abstractmethod
    def permuted(self, values: Array, order: Sequence[int]) -> TensorT:
        """A new parameter with these values, whose memory has its axes in another order.

        `order` lists the axes of `values` from the outermost in memory to the innermost, so that
        `(0, 2, 3, 1)` is channels-last.
        """

    @abstractmethod
    def first_row(self, tensor: TensorT) -> TensorT:
        """A parameter whose memory is the first row of another's."""

    @abstractmethod
    def add_parameter(self, module: ModuleT, name: str, parameter: TensorT) -> None:
        """Register a parameter, or put it in the place of one."""

    @abstractmethod
    def add_buffer(
        self, module: ModuleT, name: str, buffer: TensorT, *, persistent: bool = True
    ) -> None:
        """Register a buffer."""

    @abstractmethod
    def add_child(self, module: ModuleT, name: str, child: ModuleT) -> None:
        """Register a child, or put it in the place of one."""

    def keep(self, module: ModuleT, name: str, value: object) -> None:
        """Assign a plain attribute."""
        setattr(module, name, value)

    def remove(self, module: ModuleT, name: str) -> None:
        """Delete a parameter or a buffer."""
        delattr(module, name)

    @abstractmethod
    def state_dict(self, module: ModuleT) -> Mapping[str, TensorT]:
        """The framework's own state dict, its values the live tensors."""

    def beside(self, module: ModuleT) -> Mapping[str, TensorT]:
        """Tensors of an example that are not in its state dict, by the names padiff gives them.

        Buffers that are not persistent, and what it keeps in plain containers.
        """
        del module
        return {}

    @abstractmethod
    def is_tensor(self, value: object) -> bool:
        """Whether an object is a tensor of the framework."""

    @abstractmethod
    def has_values(self, tensor: TensorT) -> bool:
        """Whether a tensor can be read."""

    @abstractmethod
    def read(self, tensor: TensorT) -> Array:
        """A copy of a tensor's values, bit for bit."""

    @abstractmethod
    def write(self, tensor: TensorT, values: Array) -> None:
        """Overwrite a tensor's values in place, recorded by nothing."""

    @abstractmethod
    def increment(self, tensor: TensorT) -> None:
        """Add one in place, as a user writes it with nothing around it.

        For a trained parameter frameworks refuse that while gradients are recorded.
        """

    @abstractmethod
    def give_memory(self, tensor: TensorT, other: TensorT) -> None:
        """Make a tensor, the same object, hold another's memory (also of another shape or dtype)."""

    @abstractmethod
    def gradient(self, tensor: TensorT) -> TensorT | None:
        """The object that holds a tensor's gradient."""

    @abstractmethod
    def set_gradient(self, tensor: TensorT, values: Array) -> None:
        """Give a trainable parameter a gradient."""

    @abstractmethod
    def identity(self, tensor: TensorT) -> Hashable:
        """What must survive a write of its values.

        The object, its shape, dtype, device and gradient, and whether it is trained.
        """

    @abstractmethod
    def ambient(self) -> Hashable:
        """The framework's global state: gradient mode, random state, default dtype."""

    @abstractmethod
    def defective(self) -> Mapping[str, Callable[[], Defective[ModuleT]]]:
        """Modules with tensors that have no values (uninitialised, sparse, quantised, ...)."""

    @abstractmethod
    def call(self, module: ModuleT, inputs: tuple[Array, ...]) -> Array:
        """The module's first output."""
