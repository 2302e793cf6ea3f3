"""torch as the contract suite uses it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch import nn

from padiff.protocols import Array
from padiff.testing import Defective, Native

from .defects import DEFECTS
from .examples import EXAMPLES
from .neutral import NEUTRAL_CASES

__all__ = ["TorchNative"]

_NAMES = (
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
    *("bfloat16", "float8_e4m3fn", "float8_e5m2"),
)
_BITS = {1: np.uint8, 2: np.int16, 4: np.int32, 8: np.int64}
_ML = (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2)


class _User(nn.Module):
    """A user's own class."""


class TorchNative(Native[nn.Module, torch.Tensor]):
    """torch on this machine's CPU; `sees` is false where the adapter is told that it is elsewhere."""

    module_type = nn.Module
    dtypes = tuple(np.dtype(getattr(ml_dtypes, name, name)) for name in _NAMES)
    examples = EXAMPLES
    neutral_cases = NEUTRAL_CASES

    def __init__(self, *, sees: bool = True) -> None:
        self.places: Mapping[str, bool] = MappingProxyType({"cpu": sees})

    def module(self) -> nn.Module:
        return _User()

    def classes(self, module: nn.Module) -> Sequence[type[Any]]:
        generated = "torch.nn.utils.parametrize"
        return [cls for cls in super().classes(module) if cls.__module__ != generated]

    def parameter(self, values: Array, *, place: str = "", trainable: bool = False) -> torch.Tensor:
        del place
        return nn.Parameter(_tensor(values), requires_grad=trainable)

    def buffer(self, values: Array) -> torch.Tensor:
        return _tensor(values)

    def permuted(self, values: Array, order: Sequence[int]) -> torch.Tensor:
        stored = _tensor(values.transpose(order))
        return nn.Parameter(stored.permute(*np.argsort(order).tolist()), requires_grad=False)

    def first_row(self, tensor: torch.Tensor) -> torch.Tensor:
        return nn.Parameter(tensor.detach()[0], requires_grad=False)

    def add_parameter(self, module: nn.Module, name: str, parameter: torch.Tensor) -> None:
        assert isinstance(parameter, nn.Parameter)
        module.register_parameter(name, parameter)

    def add_buffer(
        self, module: nn.Module, name: str, buffer: torch.Tensor, *, persistent: bool = True
    ) -> None:
        module.register_buffer(name, buffer, persistent=persistent)

    def add_child(self, module: nn.Module, name: str, child: nn.Module) -> None:
        module.add_module(name, child)

    def state_dict(self, module: nn.Module) -> Mapping[str, torch.Tensor]:
        return module.state_dict(keep_vars=True)

    def is_tensor(self, value: object) -> bool:
        return isinstance(value, torch.Tensor)

    def has_values(self, tensor: torch.Tensor) -> bool:
        return not nn.parameter.is_lazy(tensor)

    def read(self, tensor: torch.Tensor) -> Array:
        detached = tensor.detach()
        if detached.dtype in _ML_DTYPES:
            bits = detached.view(_TORCH_BITS[detached.itemsize])
            return bits.numpy().copy().view(_ML_DTYPES[detached.dtype])
        array: Array = detached.numpy().copy()
        return array

    def write(self, tensor: torch.Tensor, values: Array) -> None:
        tensor.detach().copy_(_tensor(values))

    def increment(self, tensor: torch.Tensor) -> None:
        tensor.add_(1)

    def give_memory(self, tensor: torch.Tensor, other: torch.Tensor) -> None:
        tensor.data = other.data

    def gradient(self, tensor: torch.Tensor) -> torch.Tensor | None:
        return tensor.grad if tensor.is_leaf else None

    def set_gradient(self, tensor: torch.Tensor, values: Array) -> None:
        tensor.grad = _tensor(values)

    def identity(self, tensor: torch.Tensor) -> Hashable:
        known = id(tensor), tensor.dtype, tensor.device, tensor.requires_grad
        if not self.has_values(tensor):
            return known
        memory = tensor.data_ptr(), tuple(tensor.shape), tensor.stride()
        return *known, *memory, id(self.gradient(tensor))

    def ambient(self) -> Hashable:
        random = torch.get_rng_state().numpy().tobytes()
        return torch.is_grad_enabled(), random, torch.get_default_dtype()

    def defective(self) -> Mapping[str, Callable[[], Defective[nn.Module]]]:
        return DEFECTS

    def call(self, module: nn.Module, inputs: tuple[Array, ...]) -> Array:
        output = module(*(torch.from_numpy(array) for array in inputs))
        first: torch.Tensor = output[0] if isinstance(output, tuple) else output
        return first.detach().numpy()


_TORCH_BITS = {1: torch.uint8, 2: torch.int16}
_ML_DTYPES = {getattr(torch, np.dtype(dtype).name): np.dtype(dtype) for dtype in _ML}


def _tensor(values: Array) -> torch.Tensor:
    """A tensor with a copy of these values, bit for bit."""
    if values.dtype in _ML_DTYPES.values():
        bits = torch.from_numpy(values.view(_BITS[values.dtype.itemsize]).copy())
        return bits.view(getattr(torch, values.dtype.name))
    return torch.from_numpy(values.copy())
