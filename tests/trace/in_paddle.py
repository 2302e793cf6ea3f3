"""paddle, as the tests of recording use it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import paddle

from tests.capture.in_paddle import PaddleCapture
from tests.trace.native import RecordNative

__all__ = ["PaddleRecord"]


class PaddleRecord(PaddleCapture, RecordNative):
    autocast_to = "float32"  # on a CPU, autocast has no effect

    def embedding(self, count: int, size: int) -> Any:
        return paddle.nn.Embedding(count, size)

    def attention(self, size: int, heads: int) -> Any:
        return paddle.nn.MultiHeadAttention(size, heads)

    def derivative(self, of: Any, by: Any) -> Any:
        return paddle.grad(of.sum(), by, create_graph=True)[0]

    def half_precision(self) -> AbstractContextManager[Any]:
        context: AbstractContextManager[Any] = paddle.amp.auto_cast(dtype="bfloat16")
        return context

    def scaled_step(self, loss: Any, optimizer: Any) -> None:
        scaler = paddle.amp.GradScaler(init_loss_scaling=1024.0)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    def write(self, tensor: Any, values: Any) -> None:
        tensor.set_value(np.asarray(values))

    def keep_unsaved(self, module: Any, name: str, tensor: Any) -> None:
        module.register_buffer(name, tensor, persistable=False)
