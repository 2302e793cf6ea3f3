"""torch tensors and NumPy arrays, one seen as the other."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
import torch

from padiff.protocols import Array
from padiff_torch.arrays import as_tensor, copy_view, host_view, staged_copy
from padiff_torch.dtypes import NUMPY_OF

F32 = np.dtype(np.float32)


def test_every_dtype_of_the_table_has_the_width_of_its_counterpart() -> None:
    widths = {str(dtype): dtype.itemsize for dtype in NUMPY_OF}
    assert widths == {str(dtype): numpy.itemsize for dtype, numpy in NUMPY_OF.items()}


def test_float8_keeps_its_numbers() -> None:
    for dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
        tensor = torch.tensor([0.0, -0.0, 1.0, -1.5, 16.0, float("nan")]).to(dtype)
        seen = host_view(tensor)
        assert seen.dtype == np.dtype(getattr(ml_dtypes, str(dtype).removeprefix("torch.")))
        np.testing.assert_array_equal(seen.astype(F32), tensor.float().numpy())
        seen[2] = 2
        assert tensor.float()[2] == 2


def test_a_view_has_the_tensors_strides() -> None:
    weight = torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)
    assert host_view(weight).strides == tuple(4 * step for step in weight.stride())
    assert host_view(torch.zeros(4, 3, dtype=torch.bfloat16).T).strides == (2, 6)


def test_a_staged_copy_is_in_c_order_and_of_the_callers_own() -> None:
    weight = torch.arange(6.0).reshape(2, 3).T
    copy = staged_copy(weight)
    assert copy.flags.c_contiguous
    assert copy.flags.owndata
    assert copy.tolist() == weight.tolist()
    copy[...] = 9
    assert weight.max() == 5


@pytest.mark.parametrize("dtype", [*NUMPY_OF.values()], ids=str)
def test_a_tensor_of_an_array_is_a_view_of_it(dtype: np.dtype[np.generic]) -> None:
    array = np.zeros((2, 3), dtype)
    as_tensor(array).view(torch.uint8)[0, 0] = 1
    assert array.view(np.uint8).ravel()[0] == 1


TAKEN = {
    "transposed": (np.zeros((3, 4), F32), np.arange(12, dtype=F32).reshape(4, 3).T),
    "bfloat16": (
        np.zeros((3, 4), ml_dtypes.bfloat16),
        np.arange(12).astype(ml_dtypes.bfloat16).reshape(4, 3).T,
    ),
    "float8_e5m2": (
        np.zeros((3, 4), ml_dtypes.float8_e5m2),
        np.arange(12).astype(ml_dtypes.float8_e5m2).reshape(4, 3).T,
    ),
    "complex128": (np.zeros((3, 4), complex), (1j * np.arange(12.0)).reshape(4, 3).T),
    "expanded base": (
        np.zeros((3, 4), F32),
        np.lib.stride_tricks.as_strided(np.ones(4, F32), (3, 4), (0, 4)),
    ),
}


@pytest.mark.parametrize(("raw", "base"), TAKEN.values(), ids=TAKEN)
def test_these_are_copied(raw: Array, base: Array) -> None:
    assert copy_view(raw, base) is True
    np.testing.assert_array_equal(raw, base)


def _read_only() -> Array:
    array = np.ones((4, 3), F32)
    array.flags.writeable = False
    return array


DECLINED = {
    "C order": (np.zeros((3, 4), F32), np.ones((3, 4), F32)),
    "zero-size": (np.zeros((0, 4), F32), np.zeros((4, 0), F32).T),
    "scalar": (np.zeros((), F32), np.ones((), F32)),
    "read-only base": (np.zeros((3, 4), F32), _read_only().T),
    "backwards base": (np.zeros((3, 4), F32), np.ones((3, 4), F32)[::-1]),
    "backwards raw": (np.zeros((3, 4), F32)[:, ::-1], np.ones((3, 4), F32)),
    "in records": (np.zeros((3, 4), F32), np.ones((3, 4), [("v", F32), ("n", "u1")])["v"]),
    "long double": (np.zeros((3, 4), np.clongdouble), np.ones((4, 3), np.clongdouble).T),
}


@pytest.mark.parametrize(("raw", "base"), DECLINED.values(), ids=DECLINED)
def test_these_are_left_to_the_core_untouched(raw: Array, base: Array) -> None:
    assert copy_view(raw, base) is False
    assert not raw.any()
