"""The contract between the core and a framework adapter.

The core works on NumPy arrays and on names; everything it knows of a framework comes through the
Protocols of this module. An adapter implements `FrameworkAdapter`, `LayerHandle` and
`StateDictAdapter`; it need not inherit from them.

The words used throughout:

* A *tensor* is a parameter or a buffer of a module. Its *name* is its dotted path below the module
  that was asked (`"0.cell.weight_ih"`), as the framework's own state dict spells it.
* A *view* is an array whose memory is the framework's: writing to it writes the model. A *staged
  copy* is a host array standing in for a tensor that lives elsewhere (a GPU): it must be flushed.
* `base` is the model weights come from, `raw` the model they go to. An adapter knows neither word.

Adapters are called from one thread and need not be thread-safe, but for `SupportsViewCopy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypeVar,
    runtime_checkable,
)

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from padiff.layout import Layout

__all__ = [
    "Array",
    "FrameworkAdapter",
    "InitFn",
    "LayerHandle",
    "Restore",
    "Role",
    "StateDictAdapter",
    "SupportsLayout",
    "SupportsViewCopy",
    "TensorSpec",
    "Tensors",
]

Array: TypeAlias = NDArray[Any]
"""A NumPy array of any dtype, ml_dtypes' bfloat16 and float8 types among them."""

Tensors: TypeAlias = Mapping[str, Array]
"""Arrays by tensor name: what a layout's function takes and returns."""

Role: TypeAlias = Literal["parameter", "buffer"]

Restore: TypeAlias = Callable[[], None]
"""Puts back what a snapshot saw. May be called once, or never."""

BaseT_contra = TypeVar("BaseT_contra", contravariant=True)
RawT_contra = TypeVar("RawT_contra", contravariant=True)


class InitFn(Protocol[BaseT_contra, RawT_contra]):
    """Copies the weights of one native module into another, in a way no layout can describe.

    Called as `func(base_model, raw_model)` with the two native modules (not proxies), gradients
    switched off. It writes `raw_model`'s parameters and buffers in place: each keeps its identity,
    shape and dtype, and shares no memory with `base_model` afterwards. It writes nothing else. If it
    raises, or breaks these rules, the raw model is restored to what it was before the transfer.
    """

    def __call__(self, base_model: BaseT_contra, raw_model: RawT_contra, /) -> object:
        """Fill `raw_model` from `base_model`; the return value is ignored."""


class TensorSpec(NamedTuple):
    """What is known of a tensor without touching its memory.

    A named tuple: a large model has tens of thousands, and a frozen dataclass takes three times as
    long to make.
    """

    name: str
    """Dotted name below the module whose state this is."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    """The NumPy dtype of the same width and meaning (bfloat16 is `ml_dtypes.bfloat16`)."""
    role: Role
    persistent: bool
    """Whether the framework's own state dict holds it."""
    trainable: bool
    """Whether the framework would compute a gradient for it."""
    device: str
    """Where it lives, in the framework's spelling (`"cpu"`, `"cuda:0"`, `"gpu:0"`)."""
    on_host: bool
    """Whether `StateDictAdapter.open` gives a view (else a staged copy)."""
    memory: Hashable
    """Equal for two names exactly when they are the same tensor (tied weights, aliases)."""
    defect: str | None = None
    """Why the tensor has no values to copy (meta, uninitialised, sparse, quantised), or None."""

    @property
    def nbytes(self) -> int:
        """Size of the values in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


class StateDictAdapter(Protocol):
    """The tensors of one module: all of its subtree, or only the module's own."""

    @property
    def specs(self) -> Mapping[str, TensorSpec]:
        """Every tensor by name, in the framework's registration order.

        A module's own parameters come first, then its buffers (persistent or not), then parameters
        it keeps in plain lists, tuples or dicts (`"tail_weights.0.1"`: frameworks do not see those,
        padiff does), then its children's. A tensor with two names is listed under both, with equal
        `memory`. Taken when the adapter object is made; later changes to the module do not show.
        """

    def open(self, name: str) -> Array:
        """The tensor as an array of exactly `specs[name].shape` and `.dtype`.

        For a tensor in host memory a writable view of it, strides as they are; for any other a
        staged copy in C order, owned by the caller. Raises KeyError for an unknown name. Never
        called for a tensor with a `defect`.
        """

    def flush(self, name: str, array: Array) -> None:
        """Write a staged copy back to its tensor; does nothing for a view.

        `array` is what `open(name)` returned. The tensor keeps its identity, dtype, place,
        gradient and optimiser state.
        """

    def gradients(self) -> Mapping[str, Array]:
        """The gradient of every tensor that has one, by name: read-only arrays, view or copy.

        A tensor that took no part in the last backward is left out. Each array has the shape of
        its tensor.
        """

    def snapshot(self) -> Restore:
        """Copy every tensor's values and remember which object stands under each name.

        Calling the result puts back values, shapes, dtypes and the objects themselves, also if the
        module's tensors were replaced, reshaped or re-typed since.
        """


class LayerHandle(Protocol):
    """One module of a model, seen through its adapter."""

    @property
    def framework(self) -> str:
        """The adapter's `framework`."""

    @property
    def module(self) -> Any:
        """The native module itself."""

    @property
    def path(self) -> str:
        """Dotted path from the model's root; `""` for the root."""

    @property
    def class_names(self) -> Sequence[str]:
        """The names its class answers to in a registry, most specific first.

        For each class of the MRO, below the framework's own base class: dotted names (where it is
        defined, and the public namespaces it is exported from), then the bare name. A module whose
        class a framework generated (`ParametrizedLinear`) lists the class it stands for.
        """

    def children(self) -> Sequence[tuple[str, LayerHandle]]:
        """Direct children in definition order: registered ones, then those in plain containers.

        A child registered under two names is listed under both.
        """

    def state(self, *, own: bool = False) -> StateDictAdapter:
        """The tensors of the module and of everything below it; only the module's own if `own`."""


@runtime_checkable
class SupportsLayout(Protocol):
    """A layer handle that knows how its tensors stand, whatever a registry says of its class.

    For modules that are not there themselves: a recorded one was looked at where its class is known.
    """

    @property
    def layout(self) -> Layout | None:
        """As `Registry.find_layout` would give it; None for a class no layout is registered for."""


class FrameworkAdapter(Protocol):
    """What a framework brings to padiff."""

    @property
    def framework(self) -> str:
        """The framework's name in registry keys (`"torch"`)."""

    @property
    def version(self) -> str:
        """The framework's own version."""

    def owns(self, module: object) -> bool:
        """Whether `module` is a module of this framework (an instance, not a class)."""

    def handle(self, module: Any) -> LayerHandle:
        """The root handle of a model. Reads the module tree; changes nothing."""

    def no_grad(self) -> AbstractContextManager[object]:
        """A context in which in-place writes to parameters are allowed and not recorded."""


@runtime_checkable
class SupportsViewCopy(Protocol):
    """An adapter that copies one NumPy view into another faster than `numpy.copyto` does.

    NumPy transposes slowly: for a transposed 4096x4096 float32 matrix torch's `copy_` takes a third
    of the time. The two views may belong to any two frameworks. Several threads copy at once, each
    into memory of its own.
    """

    def copy_view(self, raw: Array, base: Array) -> bool:
        """Copy `base` into `raw` (same shape, same dtype) and return True; False if it cannot."""
