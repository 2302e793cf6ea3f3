"""paddle tensors and NumPy arrays, one seen as the other."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import paddle
import pytest

from padiff_paddle.arrays import as_tensor, dense_rows, host_view, staged_copy
from padiff_paddle.dtypes import NUMPY_OF


@pytest.mark.parametrize(("dtype", "numpy"), NUMPY_OF.items(), ids=map(str, NUMPY_OF))
def test_a_tensor_of_an_array_holds_its_bits_in_memory_of_its_own(dtype: Any, numpy: Any) -> None:
    array = np.frombuffer(bytes([1]) * (6 * numpy.itemsize), numpy).reshape(2, 3).copy()
    tensor = as_tensor(array, dtype)
    assert tensor.dtype == dtype
    assert host_view(tensor).tobytes() == array.tobytes()
    array.view(np.uint8)[...] = 0
    assert host_view(tensor).tobytes() != array.tobytes()


@pytest.mark.parametrize("name", ["float8_e4m3fn", "float8_e5m2"])
def test_float8_keeps_its_numbers(name: Any) -> None:
    values = np.array([0.0, 1.0, -1.5, 16.0], np.float32)
    seen = host_view(paddle.to_tensor(values).astype(name))
    assert seen.dtype == np.dtype(getattr(ml_dtypes, name))
    assert seen.astype(np.float32).tolist() == values.tolist()


def test_a_view_has_the_tensors_strides() -> None:
    turned = paddle.zeros([2, 3, 4]).transpose([2, 0, 1])
    assert host_view(turned).strides == (4, 48, 16)
    assert host_view(paddle.zeros([4, 3], dtype="bfloat16").T).strides == (2, 6)


def test_a_staged_copy_is_in_c_order_and_of_the_callers_own() -> None:
    turned = paddle.arange(6, dtype="float32").reshape([2, 3]).T
    copy = staged_copy(turned)
    assert copy.flags.c_contiguous
    assert copy.flags.owndata
    assert copy.tolist() == turned.tolist()
    copy[...] = 9
    assert turned.max().item() == 5


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_selected_rows_add_up(dtype: Any) -> None:
    layer = paddle.nn.Embedding(5, 2, sparse=True)
    layer.to(dtype=dtype)
    layer(paddle.to_tensor([1, 1, 3])).sum().backward()
    rows = dense_rows(layer.weight.grad)
    assert rows.dtype.name == dtype
    assert rows.astype(np.float32).tolist() == [[0, 0], [2, 2], [0, 0], [1, 1], [0, 0]]
