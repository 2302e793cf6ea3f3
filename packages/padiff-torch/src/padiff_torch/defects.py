"""Why a torch tensor has no values to copy, or none that NumPy can see."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.parameter import is_lazy
from torch.utils._python_dispatch import is_traceable_wrapper_subclass

from padiff_torch.arrays import host_view
from padiff_torch.dtypes import numpy_dtype

__all__ = ["defect_of", "shape_of"]


def defect_of(tensor: torch.Tensor) -> str | None:
    """The first reason that holds, for a later one may not be asked; None if the tensor is sound."""
    for holds, reason in _REASONS:
        if holds(tensor):
            name = type(tensor).__name__
            return reason.format(dtype=tensor.dtype, layout=tensor.layout, name=name)
    return None


def shape_of(tensor: torch.Tensor) -> tuple[int, ...]:
    """The shape; that of a scalar where the tensor has none to tell."""
    return () if is_lazy(tensor) or tensor.is_nested else tuple(tensor.shape)


def _is_freed(tensor: torch.Tensor) -> bool:
    """Whether the storage ends before the tensor's last element does."""
    if not tensor.numel():
        return False
    steps = zip(tensor.shape, tensor.stride(), strict=True)
    last = int(tensor.storage_offset()) + sum((size - 1) * stride for size, stride in steps)
    return (last + 1) * tensor.itemsize > tensor.untyped_storage().nbytes()


def _is_opaque(tensor: torch.Tensor) -> bool:
    if type(tensor) in (torch.Tensor, torch.nn.Parameter):
        return False
    try:
        host_view(tensor.detach().flatten()[:0].to("cpu"))
    except (RuntimeError, TypeError):  # what each subclass raises is its own
        return True
    return False


_SPARSE = frozenset(
    (torch.sparse_coo, torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc)
)
_REASONS: tuple[tuple[Callable[[torch.Tensor], bool], str], ...] = (
    (is_lazy, "it is uninitialised: a lazy module before its first forward"),
    (lambda tensor: tensor.is_meta, "it is on the meta device: it has a shape and no values"),
    (lambda tensor: tensor.is_quantized, "it is quantised ({dtype})"),
    (lambda tensor: tensor.is_nested, "it is nested: its parts have sizes of their own"),
    (lambda tensor: tensor.layout in _SPARSE, "it is sparse ({layout})"),
    (lambda tensor: tensor.layout is not torch.strided, "it is not stored by strides ({layout})"),
    (is_traceable_wrapper_subclass, "it is a wrapper of other tensors ({name})"),
    (lambda tensor: tensor.is_conj() or tensor.is_neg(), "it is a lazy conjugate or negative view"),
    (lambda tensor: tensor._is_zerotensor(), "it stands for zeros and has no memory"),
    (_is_freed, "its memory was freed"),
    (lambda tensor: numpy_dtype(tensor.dtype) is None, "NumPy has no counterpart of {dtype}"),
    (_is_opaque, "NumPy cannot see into it ({name})"),
)
