"""Every tensor of a module by its native name, read from the framework without padiff."""

from __future__ import annotations

import numpy as np
import paddle
import torch

from .cases import Array


def torch_tensors(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The live parameters and buffers by state name; a shared one comes under each name."""
    found: dict[str, torch.Tensor] = dict(module.named_parameters(remove_duplicate=False))
    found.update(module.named_buffers(remove_duplicate=False))
    return found


def paddle_tensors(layer: paddle.nn.Layer) -> dict[str, paddle.Tensor]:
    """The live parameters and buffers by structured name; a shared one comes under each name.

    Besides what paddle lists itself, this finds the tails that AdaptiveLogSoftmaxWithLoss keeps in
    a plain list.
    """
    found: dict[str, paddle.Tensor] = {}
    for path, sublayer in layer.named_sublayers(include_self=True, remove_duplicate=False):
        prefix = f"{path}." if path else ""
        own = {**sublayer._parameters, **stored_buffers(sublayer), **tails(sublayer)}
        found.update(
            {f"{prefix}{name}": tensor for name, tensor in own.items() if tensor is not None}
        )
    return found


def stored_buffers(layer: paddle.nn.Layer) -> dict[str, paddle.Tensor]:
    """The buffers that hold something of their own.

    Left out are those computed in every forward (the `weight` of a normalised layer, which is no
    leaf) and those without memory (the dropout state of an RNN).
    """
    return {
        name: buffer
        for name, buffer in layer._buffers.items()
        if buffer is not None and buffer.is_leaf and buffer._is_initialized()
    }


def tails(layer: paddle.nn.Layer) -> dict[str, paddle.Tensor]:
    """The parameters that an AdaptiveLogSoftmaxWithLoss keeps out of its `parameters()`."""
    if not isinstance(layer, paddle.nn.AdaptiveLogSoftmaxWithLoss):
        return {}
    return {
        f"tail_weights.{i}.{j}": tensor
        for i, tail in enumerate(layer.tail_weights)
        for j, tensor in enumerate(tail)
    }


def torch_arrays(module: torch.nn.Module) -> dict[str, Array]:
    """Copies of all values."""
    return {name: tensor.detach().numpy().copy() for name, tensor in torch_tensors(module).items()}


def paddle_arrays(layer: paddle.nn.Layer) -> dict[str, Array]:
    """Copies of all values."""
    return {name: np.asarray(tensor.numpy()) for name, tensor in paddle_tensors(layer).items()}
