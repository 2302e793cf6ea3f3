"""paddle tensors as NumPy arrays, and back, without losing a bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle

from padiff.protocols import Array
from padiff_paddle.dtypes import numpy_dtype

__all__ = [
    "as_tensor",
    "copy_of_rows",
    "dense_rows",
    "host_view",
    "set_dense_rows",
    "staged_copy",
]

_BITS = {1: "uint8", 2: "int16"}
_NUMPY_BITS = {1: np.uint8, 2: np.int16}


def host_view(tensor: paddle.Tensor) -> Array:
    """A writable view of a host tensor's memory.

    `Tensor.numpy` copies; DLPack does not. It refuses bfloat16 and float8, which therefore pass
    through an integer type of the same width.
    """
    dtype = numpy_dtype(tensor.dtype)
    detached: Any = tensor.detach()
    if dtype is None or dtype.isbuiltin == 1:  # else it is one of ml_dtypes'
        view: Array = np.from_dlpack(detached)
        return view
    return np.from_dlpack(detached.view(_BITS[dtype.itemsize])).view(dtype)


def staged_copy(tensor: paddle.Tensor) -> Array:
    """The values of a tensor that lives elsewhere, as a host array in C order of the caller's."""
    return np.array(host_view(tensor.detach().cpu()), order="C")


def dense_rows(tensor: Any) -> Array:
    """The values of a tensor of selected rows, of which some may come twice.

    The gradient of an `Embedding(sparse=True)` is one; paddle has no `to_dense` for it.
    """
    selected = tensor.get_selected_rows()
    rows = staged_copy(tensor._get_tensor_from_selected_rows())
    values = np.zeros((selected.height(), *rows.shape[1:]), rows.dtype)
    np.add.at(values, np.array(selected.rows(), np.int64), rows)
    return values


def copy_of_rows(tensor: Any) -> Callable[[], Any]:
    """How to have a gradient of selected rows once more, whatever becomes of it.

    paddle copies none, but sums none up either: an embedding that looks up the same rows has it.
    """
    selected = tensor.get_selected_rows()
    numbers = paddle.to_tensor(np.array(selected.rows(), np.int64), place=paddle.CPUPlace())
    rows = tensor._get_tensor_from_selected_rows().clone()
    shape = [selected.height(), *rows.shape[1:]]

    def again() -> Any:
        stand_in = paddle.empty(shape, rows.dtype)
        stand_in.stop_gradient = False
        with paddle.enable_grad():
            looked_up = paddle.nn.functional.embedding(numbers, stand_in, sparse=True)
        paddle.autograd.backward([looked_up], [rows])
        return stand_in.grad

    return again


def set_dense_rows(tensor: Any, values: Array) -> None:
    """Overwrite a tensor of selected rows; of rows that come twice, the first has the value."""
    numbers = np.array(tensor.get_selected_rows().rows(), np.int64)
    rows: Array = np.zeros((len(numbers), *values.shape[1:]), values.dtype)
    _, first = np.unique(numbers, return_index=True)
    rows[first] = values[numbers[first]]
    held: paddle.Tensor = tensor._get_tensor_from_selected_rows()
    held.set_value(as_tensor(rows, held.dtype))


def as_tensor(array: Array, dtype: Any) -> paddle.Tensor:
    """A host tensor of `dtype` with the bits of `array`; a copy of it."""
    if array.dtype.isbuiltin == 1:
        return paddle.to_tensor(array, dtype=dtype, place=paddle.CPUPlace())
    bits = paddle.to_tensor(array.view(_NUMPY_BITS[array.dtype.itemsize]), place=paddle.CPUPlace())
    return bits.view(dtype)
