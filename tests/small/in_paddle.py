"""A paddle layer made of named parts, and what can be seen of a model without padiff."""

from __future__ import annotations

from typing import Any

import paddle
from paddle import nn

from .marks import Mark


class Model(nn.Layer):
    """Holds its arguments: layers and parameters as such, plain tensors as buffers."""

    def __init__(self, **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            if isinstance(part, paddle.Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)


def tensors(model: nn.Layer) -> dict[str, paddle.Tensor]:
    """Every parameter and buffer paddle knows, under each of its names."""
    found: dict[str, paddle.Tensor] = {}
    for path, layer in model.named_sublayers(include_self=True, remove_duplicate=False):
        prefix = f"{path}." if path else ""
        for name, tensor in (*layer._parameters.items(), *layer._buffers.items()):
            if tensor is not None:
                found[prefix + name] = tensor
    return found


def marks(model: nn.Layer) -> dict[str, Mark]:
    """What must not change, of each tensor."""
    return {name: mark(tensor) for name, tensor in tensors(model).items()}


def mark(tensor: Any) -> Mark:
    has_values = bool(tensor._is_initialized()) and tensor.is_dense()
    return Mark(
        identity=id(tensor),
        memory=tensor.data_ptr() if has_values else None,
        shape=tuple(tensor.shape),
        dtype=str(tensor.dtype),
        bits=bits(tensor) if has_values else b"",
        trained=not tensor.stop_gradient,
        gradient=None if tensor.grad is None else bits(tensor.grad),
    )


def bits(tensor: paddle.Tensor) -> bytes:
    """The values in C order, as they are in memory."""
    return tensor.numpy().tobytes()  # of bfloat16, uint16 bit patterns
