"""torch, as the tests of capture use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import ml_dtypes
import numpy as np
import torch
from torch.utils.checkpoint import checkpoint

from padiff.protocols import Array
from padiff_torch.adapter import TorchAdapter
from tests.capture.native import CaptureNative

__all__ = ["TorchCapture"]

_NAMES = (
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
    *("bfloat16", "float8_e4m3fn", "float8_e5m2"),
)


class TorchCapture(CaptureNative):
    adapter = TorchAdapter()
    dtypes = _NAMES
    transposes = False

    def tensor(self, values: Any, *, needs_gradient: bool = False) -> Any:
        return torch.tensor(np.asarray(values), requires_grad=needs_gradient)

    def values(self, tensor: Any) -> Array:
        plain = tensor.detach().clone()
        bits = {torch.bfloat16: torch.int16, torch.float8_e4m3fn: torch.uint8}
        bits[torch.float8_e5m2] = torch.uint8
        if plain.dtype not in bits:
            return np.asarray(plain)
        name = str(plain.dtype).removeprefix("torch.")
        return np.asarray(plain.view(bits[plain.dtype])).view(getattr(ml_dtypes, name))

    def cast(self, tensor: Any, dtype: str) -> Any:
        return tensor.to(getattr(torch, dtype))

    def needs_gradient(self, tensor: Any) -> bool:
        return bool(tensor.requires_grad)

    def freeze(self, tensor: Any) -> None:
        tensor.requires_grad_(False)

    def version(self, tensor: Any) -> int:
        return int(tensor._version)

    def backward(self, loss: Any) -> None:
        loss.backward()

    def relu_(self, tensor: Any) -> Any:
        return torch.nn.functional.relu_(tensor)

    def module(self, forward: Callable[..., Any], **members: Any) -> Any:
        module = type("Module", (torch.nn.Module,), {"forward": forward})()
        for name, member in members.items():
            setattr(module, name, member)
        return module

    def parameter(self, values: Any) -> Any:
        return torch.nn.Parameter(self.tensor(values))

    def buffer(self, module: Any, name: str, values: Any) -> None:
        module.register_buffer(name, self.tensor(values))

    def linear(self, inputs: int, outputs: int) -> Any:
        return torch.nn.Linear(inputs, outputs)

    def batch_norm(self, features: int) -> Any:
        return torch.nn.BatchNorm1d(features)

    def dropout(self, p: float) -> Any:
        return torch.nn.Dropout(p)

    def lstm(self, inputs: int, hidden: int, layers: int, dropout: float = 0.0) -> Any:
        return torch.nn.LSTM(inputs, hidden, layers, dropout=dropout, batch_first=True)

    def with_spectral_norm(self, module: Any) -> Any:
        return torch.nn.utils.spectral_norm(module)

    def modules(self, module: Any) -> Mapping[str, Any]:
        return dict(module.named_modules())

    def parameters(self, module: Any) -> Mapping[str, Any]:
        return dict(module.named_parameters())

    def state(self, module: Any) -> Mapping[str, Any]:
        return {**dict(module.named_parameters()), **dict(module.named_buffers())}

    def momentum(self, parameters: Any) -> Any:
        return torch.optim.SGD(parameters, lr=0.1, momentum=0.9)

    def adam(self, parameters: Any) -> Any:
        return torch.optim.Adam(parameters, lr=0.1)

    def seed(self, number: int) -> None:
        torch.manual_seed(number)

    def random(self) -> float:
        return float(torch.rand(()))

    def random_state(self) -> Any:
        return torch.get_rng_state().tolist()

    def gradients_recorded(self) -> bool:
        return torch.is_grad_enabled()

    def not_recording(self) -> AbstractContextManager[Any]:
        return torch.no_grad()

    def clear(self, optimizer: Any) -> None:
        optimizer.zero_grad()

    def recompute(self, function: Callable[..., Any], *args: Any) -> Any:
        return checkpoint(function, *args, use_reentrant=False)

    def compiled(self, module: Any) -> Any:
        return torch.compile(module, backend="eager")  # the default backend imports a compiler

    def compiles(self) -> bool:
        return torch.compile(torch.compiler.is_compiling, backend="eager")()

    def not_compiling(self) -> AbstractContextManager[Any]:
        context: AbstractContextManager[Any] = torch.compiler.set_stance("force_eager")
        return context
