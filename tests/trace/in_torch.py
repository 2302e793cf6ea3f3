"""torch, as the tests of recording use it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import torch

from tests.capture.in_torch import TorchCapture
from tests.trace.native import RecordNative

__all__ = ["TorchRecord"]


class TorchRecord(TorchCapture, RecordNative):
    autocast_to = "bfloat16"

    def embedding(self, count: int, size: int) -> Any:
        return torch.nn.Embedding(count, size)

    def attention(self, size: int, heads: int) -> Any:
        return torch.nn.MultiheadAttention(size, heads, batch_first=True)

    def derivative(self, of: Any, by: Any) -> Any:
        return torch.autograd.grad(of.sum(), by, create_graph=True)[0]

    def half_precision(self) -> AbstractContextManager[Any]:
        return torch.autocast("cpu", torch.bfloat16)

    def scaled_step(self, loss: Any, optimizer: Any) -> None:
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    def write(self, tensor: Any, values: Any) -> None:
        with torch.no_grad():
            tensor.copy_(torch.as_tensor(values))

    def keep_unsaved(self, module: Any, name: str, tensor: Any) -> None:
        module.register_buffer(name, tensor, persistent=False)
