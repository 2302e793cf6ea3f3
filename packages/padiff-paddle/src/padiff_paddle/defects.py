"""Why a paddle tensor has no values to copy, or none that NumPy can see."""

from __future__ import annotations

from typing import Any

import paddle

from padiff_paddle.dtypes import numpy_dtype

__all__ = ["defect_of", "device_of"]


def defect_of(tensor: Any) -> str | None:
    """The first reason that holds, for a later one may not be asked; None if the tensor is sound."""
    reason = None
    if not _has_memory(tensor):
        reason = "it is uninitialised: created under LazyGuard, or never given a value"
    elif not tensor.is_dense():
        reason = "it is sparse"
    elif tensor.is_dist():
        reason = "it is distributed over several processes"
    elif numpy_dtype(tensor.dtype) is None:
        reason = f"NumPy has no counterpart of {tensor.dtype}"
    return reason


def _has_memory(tensor: Any) -> bool:
    """Whether the tensor can be read. One without elements needs a place, and no memory."""
    return bool(tensor._is_initialized()) or (
        not tensor.size and "undefined" not in device_of(tensor)
    )


def device_of(tensor: paddle.Tensor) -> str:
    """Where the tensor lives, in paddle's spelling; a cleared one lives nowhere."""
    try:
        return str(tensor.place)
    except RuntimeError:  # it has no implementation to ask
        return "Place(undefined:0)"
