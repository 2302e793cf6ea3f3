"""The reference framework as the contract suite uses it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType

import ml_dtypes
import numpy as np

from padiff.protocols import Array
from padiff.testing import Defective, Native, NeutralCase, Sizes

from .layers import BatchNorm, Embedding, Linear, Recurrent, Sequential, TransposedLinear
from .modules import Module
from .tensors import Device, Parameter, Tensor, recording, recording_is

__all__ = ["ReferenceNative"]


EXAMPLES: Mapping[str, Callable[[Sizes], Module]] = {
    "Linear": lambda size: Linear(size(), size()),
    "Linear without bias": lambda size: Linear(size(), size(), bias=False),
    "TransposedLinear": lambda size: TransposedLinear(size(), size()),
    "TransposedLinear without bias": lambda size: TransposedLinear(size(), size(), bias=False),
    "BatchNorm": lambda size: BatchNorm(size()),
    "BatchNorm without scale": lambda size: BatchNorm(size(), affine=False),
    "Embedding": lambda size: Embedding(size(), size()),
    "Recurrent": lambda size: Recurrent(size(), size()),
    "far Linear": lambda size: Linear(size(), size(), device="far"),
    "far TransposedLinear": lambda size: TransposedLinear(size(), size(), device="far"),
}

NEUTRAL_CASES: Mapping[str, NeutralCase[Module]] = {
    "Linear's bias": NeutralCase(
        without=lambda size: Linear(size(), size(), bias=False),
        complete=lambda size: Linear(size(), size()),
        inputs=lambda size: (np.ones((3, size()), np.float32),),
    ),
    "TransposedLinear's offset": NeutralCase(
        without=lambda size: TransposedLinear(size(), size(), bias=False),
        complete=lambda size: TransposedLinear(size(), size()),
        inputs=lambda size: (np.ones((3, size()), np.float32),),
    ),
    "BatchNorm's scale": NeutralCase(
        without=lambda size: BatchNorm(size(), affine=False).eval(),
        complete=lambda size: BatchNorm(size()).eval(),
        inputs=lambda size: (np.ones((3, size()), np.float32),),
    ),
}


class _User(Module):
    """A user's own class."""


class ReferenceNative(Native[Module, Tensor]):
    """NumPy has every dtype, so the framework has; `far` is a device NumPy does not see."""

    module_type = Module
    dtypes = tuple(
        np.dtype(dtype)
        for dtype in (
            *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
            *("float16", "float32", "float64", "complex64", "complex128"),
            *(ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2),
        )
    )
    places: Mapping[str, bool] = MappingProxyType({"here": True, "far": False})
    examples = EXAMPLES
    neutral_cases = NEUTRAL_CASES

    def module(self) -> Module:
        return _User()

    def parameter(self, values: Array, *, place: str = "", trainable: bool = False) -> Tensor:
        device: Device = "far" if place == "far" else "here"
        return Parameter(values, device, trainable=trainable)

    def buffer(self, values: Array) -> Tensor:
        return Tensor(values)

    def permuted(self, values: Array, order: Sequence[int]) -> Tensor:
        parameter = Parameter(values)
        parameter.memory = values.transpose(order).copy().transpose(np.argsort(order))
        return parameter

    def first_row(self, tensor: Tensor) -> Tensor:
        parameter = Parameter(())
        parameter.memory = tensor.view()[0]
        return parameter

    def add_parameter(self, module: Module, name: str, parameter: Tensor) -> None:
        setattr(module, name, parameter)

    def add_buffer(
        self, module: Module, name: str, buffer: Tensor, *, persistent: bool = True
    ) -> None:
        module.register_buffer(name, buffer, persistent=persistent)

    def add_child(self, module: Module, name: str, child: Module) -> None:
        setattr(module, name, child)

    def state_dict(self, module: Module) -> Mapping[str, Tensor]:
        return module.state_dict()

    def is_tensor(self, value: object) -> bool:
        return isinstance(value, Tensor)

    def has_values(self, tensor: Tensor) -> bool:
        return tensor.memory is not None

    def read(self, tensor: Tensor) -> Array:
        return tensor.read()

    def write(self, tensor: Tensor, values: Array) -> None:
        with recording(enabled=False):
            tensor.write(values)

    def increment(self, tensor: Tensor) -> None:
        tensor.write(tensor.read() + np.ones((), tensor.read().dtype))

    def give_memory(self, tensor: Tensor, other: Tensor) -> None:
        tensor.memory = other.memory

    def gradient(self, tensor: Tensor) -> Tensor | None:
        return tensor.grad

    def set_gradient(self, tensor: Tensor, values: Array) -> None:
        tensor.grad = Tensor(values, tensor.device)

    def identity(self, tensor: Tensor) -> Hashable:
        shape = None if tensor.memory is None else (tensor.memory.shape, tensor.memory.dtype)
        memory = id(tensor.memory), shape, tensor.device
        return id(tensor), *memory, id(tensor.grad), tensor.trainable

    def ambient(self) -> Hashable:
        return recording_is()

    def defective(self) -> Mapping[str, Callable[[], Defective[Module]]]:
        def waiting() -> Defective[Module]:
            module = Sequential(_User(), Linear(2, 3))
            vars(module)["_children"]["0"].register_buffer("late", Tensor.without_memory())
            return Defective(module, "0.late", "it has no memory yet")

        return {"without memory": waiting}

    def call(self, module: Module, inputs: tuple[Array, ...]) -> Array:
        output: Array = module(*inputs)
        return output
