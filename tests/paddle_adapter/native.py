"""paddle as the contract suite uses it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ml_dtypes
import numpy as np
import paddle
from paddle import nn

from padiff.protocols import Array
from padiff.testing import Defective, Native

from .defects import DEFECTS
from .examples import EXAMPLES
from .neutral import NEUTRAL_CASES

__all__ = ["PaddleNative"]

_NAMES = (
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
    *("bfloat16", "float8_e4m3fn", "float8_e5m2"),
)
_ML = {name: np.dtype(getattr(ml_dtypes, name)) for name in _NAMES if hasattr(ml_dtypes, name)}
_BITS: dict[int, tuple[str, type[np.generic]]] = {1: ("uint8", np.uint8), 2: ("int16", np.int16)}


class _User(nn.Layer):
    """A user's own class."""


class PaddleNative(Native[nn.Layer, paddle.Tensor]):
    """paddle on this machine's CPU; `sees` is false where the adapter is told it is elsewhere."""

    module_type = nn.Layer
    dtypes = tuple(_ML.get(name) or np.dtype(name) for name in _NAMES)
    examples = EXAMPLES
    neutral_cases = NEUTRAL_CASES

    def __init__(self, *, sees: bool = True) -> None:
        self.places: Mapping[str, bool] = MappingProxyType({"Place(cpu)": sees})

    def module(self) -> nn.Layer:
        return _User()

    def parameter(
        self, values: Array, *, place: str = "", trainable: bool = False
    ) -> paddle.Tensor:
        del place
        return _parameter(_tensor(values), trainable=trainable)

    def buffer(self, values: Array) -> paddle.Tensor:
        return _tensor(values)

    def permuted(self, values: Array, order: Sequence[int]) -> paddle.Tensor:
        stored = _tensor(np.ascontiguousarray(values.transpose(order)))
        return _parameter(stored.transpose(np.argsort(order).tolist()))

    def first_row(self, tensor: paddle.Tensor) -> paddle.Tensor:
        return _parameter(tensor.detach()[0])

    def add_parameter(self, module: nn.Layer, name: str, parameter: paddle.Tensor) -> None:
        assert isinstance(parameter, paddle.base.framework.EagerParamBase)
        module.add_parameter(name, parameter)

    def add_buffer(
        self, module: nn.Layer, name: str, buffer: paddle.Tensor, *, persistent: bool = True
    ) -> None:
        module.register_buffer(name, buffer, persistable=persistent)

    def add_child(self, module: nn.Layer, name: str, child: nn.Layer) -> None:
        module.add_sublayer(name, child)

    def state_dict(self, module: nn.Layer) -> Mapping[str, paddle.Tensor]:
        found: Mapping[str, paddle.Tensor] = module.state_dict()
        return found

    def beside(self, module: nn.Layer) -> Mapping[str, paddle.Tensor]:
        passing = {
            name: tensor
            for name, tensor in module.named_buffers()
            if name not in module.state_dict()
        }
        tails = getattr(module, "tail_weights", [])
        return passing | {
            f"tail_weights.{i}.{j}": tensor
            for i, tail in enumerate(tails)
            for j, tensor in enumerate(tail)
        }

    def is_tensor(self, value: object) -> bool:
        return isinstance(value, paddle.Tensor)

    def has_values(self, tensor: paddle.Tensor) -> bool:
        return tensor.size == 0 or bool(tensor._is_initialized())

    def read(self, tensor: paddle.Tensor) -> Array:
        name = _name(tensor)
        if name in _ML:
            bits = _seen_as(tensor.detach(), _BITS[_ML[name].itemsize][0])
            return bits.numpy().view(_ML[name])
        return tensor.numpy()

    def write(self, tensor: paddle.Tensor, values: Array) -> None:
        tensor.set_value(_tensor(values))

    def increment(self, tensor: paddle.Tensor) -> None:
        tensor.add_(paddle.ones_like(tensor))

    def give_memory(self, tensor: paddle.Tensor, other: paddle.Tensor) -> None:
        tensor.data = other.detach()

    def gradient(self, tensor: paddle.Tensor) -> paddle.Tensor | None:
        return tensor.grad

    def set_gradient(self, tensor: paddle.Tensor, values: Array) -> None:
        tensor.grad = _tensor(values)

    def identity(self, tensor: paddle.Tensor) -> Hashable:
        known = _name(tensor), tensor.stop_gradient, tuple(tensor.shape)
        if not self.has_values(tensor):
            return known
        gradient = self.gradient(tensor)
        reached = None if gradient is None else gradient.data_ptr()
        memory = str(tensor.place), tensor.data_ptr(), tuple(tensor.strides), reached
        # A gradient is another object, of another name, each time it is asked for.
        is_parameter = isinstance(tensor, paddle.base.framework.EagerParamBase)
        return *known, *memory, id(tensor) if is_parameter else None

    def ambient(self) -> Hashable:
        state = paddle.get_rng_state()  # opaque: what it would draw next tells it
        drawn = paddle.rand([4]).numpy().tobytes()
        paddle.set_rng_state(state)
        return paddle.is_grad_enabled(), drawn, paddle.get_default_dtype()

    def defective(self) -> Mapping[str, Callable[[], Defective[nn.Layer]]]:
        return DEFECTS

    def call(self, module: nn.Layer, inputs: tuple[Array, ...]) -> Array:
        output = module(*(paddle.to_tensor(array) for array in inputs))
        first: paddle.Tensor = output[0] if isinstance(output, tuple) else output
        return first.numpy()


def _name(tensor: paddle.Tensor) -> str:
    return str(tensor.dtype).removeprefix("paddle.")


def _seen_as(tensor: Any, dtype: str) -> paddle.Tensor:
    """The same bits under another dtype; the stubs know no float8."""
    viewed: paddle.Tensor = tensor.view(dtype)
    return viewed


def _parameter(tensor: paddle.Tensor, *, trainable: bool = False) -> paddle.Tensor:
    parameters: Any = paddle.base.framework.EagerParamBase
    parameter: paddle.Tensor = parameters.from_tensor(tensor, trainable=trainable)
    return parameter


def _tensor(values: Array) -> paddle.Tensor:
    """A tensor with a copy of these values, bit for bit."""
    if values.dtype in _ML.values():
        bits = paddle.to_tensor(values.view(_BITS[values.dtype.itemsize][1]))
        return _seen_as(bits, values.dtype.name)
    return paddle.to_tensor(values)
