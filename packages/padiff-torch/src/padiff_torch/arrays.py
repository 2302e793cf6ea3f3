"""torch tensors as NumPy arrays, and back, without losing a bit."""

from __future__ import annotations

import numpy as np
import torch

from padiff.protocols import Array
from padiff_torch.dtypes import numpy_dtype

__all__ = ["as_tensor", "copy_view", "host_view", "staged_copy"]

_BITS = {1: torch.uint8, 2: torch.int16}
_SAME_WIDTH = {1: np.uint8, 2: np.int16, 4: np.int32, 8: np.int64, 16: np.complex128}


def host_view(tensor: torch.Tensor) -> Array:
    """A writable view of a host tensor's memory, with the tensor's strides.

    bfloat16 and float8 pass through an integer type of the same width, because `Tensor.numpy`
    refuses them.
    """
    dtype = numpy_dtype(tensor.dtype)
    detached = tensor.detach()
    if dtype is None or dtype.isbuiltin == 1:  # else it is one of ml_dtypes'
        view: Array = detached.numpy()
        return view
    return detached.view(_BITS[dtype.itemsize]).numpy().view(dtype)


def staged_copy(tensor: torch.Tensor) -> Array:
    """The values of a tensor that lives elsewhere, as a host array in C order of the caller's."""
    return np.array(host_view(tensor.detach().to("cpu", copy=True)), order="C")


def as_tensor(array: Array) -> torch.Tensor:
    """The array as a host tensor of the same bits and integer or float type; a view of it."""
    return torch.from_numpy(array.view(_SAME_WIDTH[array.dtype.itemsize]))


def copy_view(raw: Array, base: Array) -> bool:
    """Copy `base` into `raw` through torch, several times faster than NumPy where axes are swapped.

    The axes of both are put in the order in which `raw` lies in memory: torch has a way of its own to
    transpose into a contiguous tensor, measured five times as fast (torch 2.13.0) as its general one.

    Returns False, having done nothing, for two arrays in C order, which NumPy copies as fast and
    with less ado, and for arrays torch cannot view: a read-only base (torch warns of those), strides
    that are negative or no multiple of the element, or a width it has no type for.
    """
    if raw.flags.c_contiguous and base.flags.c_contiguous:
        return False
    width = raw.dtype.itemsize
    strides = (*raw.strides, *base.strides)
    torch_takes = (
        base.flags.writeable
        and width in _SAME_WIDTH
        and all(stride >= 0 and stride % width == 0 for stride in strides)
    )
    if torch_takes:
        order = sorted(range(raw.ndim), key=lambda axis: -raw.strides[axis])
        as_tensor(raw.transpose(order)).copy_(as_tensor(base.transpose(order)))
    return torch_takes
