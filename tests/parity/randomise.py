"""Filling every parameter and buffer of a module, the same way in each run, without padiff."""

from __future__ import annotations

from typing import Final
from zlib import crc32

import numpy as np
import paddle
import torch

from .cases import Array
from .natives import paddle_tensors, torch_tensors

VARIANCES: Final = {"running_var", "_variance"}
SINGULAR_VECTORS: Final = {"weight_u", "weight_v", "_u", "_v"}


def randomise_torch(module: torch.nn.Module, seed: int, zero_row: int | None = None) -> None:
    """Fill all tensors of `module` in place; `zero_row` of every weight then holds zeros."""
    with torch.no_grad():
        for name, tensor in torch_tensors(module).items():
            value = draw(name, tuple(tensor.shape), str(tensor.numpy().dtype), seed, zero_row)
            tensor.copy_(torch.from_numpy(value))


def randomise_paddle(layer: paddle.nn.Layer, seed: int, zero_row: int | None = None) -> None:
    """Fill all tensors of `layer` in place; `zero_row` of every weight then holds zeros."""
    for name, tensor in paddle_tensors(layer).items():
        value = draw(name, tuple(tensor.shape), str(tensor.numpy().dtype), seed, zero_row)
        tensor.set_value(value)


def draw(name: str, shape: tuple[int, ...], dtype: str, seed: int, zero_row: int | None) -> Array:
    """The value of one tensor, which depends on nothing but these arguments."""
    last = name.rpartition(".")[2]
    value = np.asarray(
        values(
            last, shape, np.dtype(dtype).kind, np.random.default_rng([seed, crc32(name.encode())])
        ),
        dtype,
    )
    if zero_row is not None and last == "weight":
        value[zero_row] = 0
    return value


def values(last: str, shape: tuple[int, ...], kind: str, rng: np.random.Generator) -> Array:
    """Random values that suit a tensor whose name ends in `last`."""
    if kind in "iu":  # a counter
        return rng.integers(1, 100, shape)
    if last in VARIANCES:
        return rng.uniform(0.5, 1.5, shape)
    drawn = np.asarray(rng.normal(0.0, 0.5, shape))
    if last in SINGULAR_VECTORS and len(shape) == 1:
        return drawn / np.linalg.norm(drawn)
    return drawn
