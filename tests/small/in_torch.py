"""A torch module made of named parts, and what can be seen of a model without padiff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from .marks import Mark


class Model(nn.Module):
    """Holds its arguments: modules and parameters as such, plain tensors as buffers."""

    def __init__(self, **parts: Any) -> None:
        super().__init__()
        for name, part in parts.items():
            if isinstance(part, torch.Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...


def tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    """Every parameter and buffer torch knows, under each of its names."""
    found: dict[str, torch.Tensor] = dict(model.named_parameters(remove_duplicate=False))
    found.update(model.named_buffers(remove_duplicate=False))
    return found


def marks(model: nn.Module) -> dict[str, Mark]:
    """What must not change, of each tensor."""
    return {name: mark(tensor) for name, tensor in tensors(model).items()}


def mark(tensor: torch.Tensor) -> Mark:
    has_values = not (tensor.is_meta or nn.parameter.is_lazy(tensor) or tensor.is_sparse)
    return Mark(
        identity=id(tensor),
        memory=tensor.data_ptr() if has_values else None,
        shape=() if nn.parameter.is_lazy(tensor) else tuple(tensor.shape),
        dtype=str(tensor.dtype),
        bits=bits(tensor) if has_values else b"",
        trained=tensor.requires_grad,
        gradient=None if tensor.grad is None else bits(tensor.grad),
    )


def bits(tensor: torch.Tensor) -> bytes:
    """The values in C order, as they are in memory."""
    detached = tensor.detach()
    if detached.is_quantized:
        detached = detached.int_repr()
    flat = detached.contiguous().reshape(-1)
    return bytes(flat.view(torch.uint8).numpy()) if flat.numel() else b""
