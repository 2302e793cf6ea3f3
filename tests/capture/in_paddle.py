"""paddle, as the tests of capture use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import ml_dtypes
import numpy as np
import paddle
from paddle.distributed.fleet.utils import recompute

from padiff.protocols import Array
from padiff_paddle.adapter import PaddleAdapter
from tests.capture.native import CaptureNative

__all__ = ["PaddleCapture"]

_NAMES = (
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
    *("bfloat16", "float8_e4m3fn", "float8_e5m2"),
)


class PaddleCapture(CaptureNative):
    adapter = PaddleAdapter()
    dtypes = _NAMES
    transposes = True

    def tensor(self, values: Any, *, needs_gradient: bool = False) -> Any:
        return paddle.to_tensor(np.asarray(values), stop_gradient=not needs_gradient)

    def values(self, tensor: Any) -> Array:
        plain = tensor.detach().clone()
        bits = {
            paddle.bfloat16: "int16",
            paddle.float8_e4m3fn: "uint8",
            paddle.float8_e5m2: "uint8",
        }
        if plain.dtype not in bits:
            values: Array = plain.numpy()
            return values
        name = str(plain.dtype).removeprefix("paddle.")
        raw: Array = plain.view(bits[plain.dtype]).numpy()
        return raw.view(getattr(ml_dtypes, name))

    def initialised(self, tensor: Any) -> Array | None:
        return self.values(tensor) if tensor._is_initialized() else None

    def cast(self, tensor: Any, dtype: str) -> Any:
        return tensor.astype(dtype)

    def needs_gradient(self, tensor: Any) -> bool:
        return not tensor.stop_gradient

    def freeze(self, tensor: Any) -> None:
        tensor.stop_gradient = True

    def version(self, tensor: Any) -> int:
        return int(tensor.inplace_version)

    def backward(self, loss: Any) -> None:
        loss.backward()

    def relu_(self, tensor: Any) -> Any:
        return paddle.nn.functional.relu_(tensor)

    def module(self, forward: Callable[..., Any], **members: Any) -> Any:
        module = type("Module", (paddle.nn.Layer,), {"forward": forward})()
        for name, member in members.items():
            setattr(module, name, member)
        return module

    def parameter(self, values: Any) -> Any:
        values = np.asarray(values)
        create: Any = paddle.create_parameter
        return create(
            values.shape,
            str(values.dtype),
            default_initializer=paddle.nn.initializer.Assign(values),
        )

    def buffer(self, module: Any, name: str, values: Any) -> None:
        module.register_buffer(name, self.tensor(values))

    def linear(self, inputs: int, outputs: int) -> Any:
        return paddle.nn.Linear(inputs, outputs)

    def batch_norm(self, features: int) -> Any:
        return paddle.nn.BatchNorm1D(features)

    def dropout(self, p: float) -> Any:
        return paddle.nn.Dropout(p)

    def lstm(self, inputs: int, hidden: int, layers: int, dropout: float = 0.0) -> Any:
        return paddle.nn.LSTM(inputs, hidden, layers, dropout=dropout)

    def with_spectral_norm(self, module: Any) -> Any:
        return paddle.nn.utils.spectral_norm(module)

    def modules(self, module: Any) -> Mapping[str, Any]:
        return dict(module.named_sublayers(include_self=True))

    def parameters(self, module: Any) -> Mapping[str, Any]:
        return dict(module.named_parameters())

    def state(self, module: Any) -> Mapping[str, Any]:
        return {**dict(module.named_parameters()), **dict(module.named_buffers())}

    def momentum(self, parameters: Any) -> Any:
        return paddle.optimizer.Momentum(0.1, 0.9, parameters=parameters)

    def adam(self, parameters: Any) -> Any:
        return paddle.optimizer.Adam(0.1, parameters=parameters)

    def seed(self, number: int) -> None:
        paddle.seed(number)

    def random(self) -> float:
        return float(paddle.rand([1]).numpy()[0])

    def random_state(self) -> Any:
        words = str(paddle.get_rng_state()[0]).split()
        return words[:3] + words[4:]  # the fourth is an address

    def globals(self) -> list[object]:
        return [paddle.uniform, paddle.nn.functional.dropout, *vars(paddle._C_ops).values()]

    def gradients_recorded(self) -> bool:
        return bool(paddle.is_grad_enabled())

    def not_recording(self) -> AbstractContextManager[Any]:
        context: AbstractContextManager[Any] = paddle.no_grad()
        return context

    def clear(self, optimizer: Any) -> None:
        optimizer.clear_grad()

    def recompute(self, function: Callable[..., Any], *args: Any) -> Any:
        return recompute(function, *args)

    def compiled(self, module: Any) -> Any:
        return paddle.jit.to_static(module)

    def compiles(self) -> bool:
        def eager() -> bool:
            return paddle.in_dynamic_mode()

        function: Any = paddle.jit.to_static(eager, full_graph=True)
        return not function()

    @contextmanager
    def not_compiling(self) -> Iterator[None]:
        paddle.jit.enable_to_static(enable_to_static_bool=False)
        yield
        paddle.jit.enable_to_static(enable_to_static_bool=True)
