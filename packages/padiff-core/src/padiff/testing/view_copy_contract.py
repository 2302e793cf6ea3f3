"""The contract of an adapter's own copy of one view into another (`SupportsViewCopy`)."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import ml_dtypes
import numpy as np

from padiff.protocols import Array, SupportsViewCopy
from padiff.testing.laws import Laws
from padiff.testing.values import bits, random_bits

__all__ = ["ViewCopyContract"]

_Store: TypeAlias = Callable[[tuple[int, ...], "np.dtype[Any]", int], Array]
"""Makes an array of a shape and dtype with random bits, in memory of some order."""

_DTYPES = (
    *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
    *(ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2),
)
_SHAPES = ((), (5,), (6, 4), (2, 3, 4), (0, 3))


def _in_c_order(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    return random_bits(shape, dtype, seed)


def _transposed(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    return random_bits(shape[::-1], dtype, seed).T


def _spaced(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    wide = random_bits(tuple(2 * size + 1 for size in shape), dtype, seed)
    for axis in range(len(shape)):
        wide = np.moveaxis(np.moveaxis(wide, axis, 0)[1::2], 0, axis)
    return wide


def _backwards(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    array = random_bits(shape, dtype, seed)
    return array[::-1] if shape else array


def _in_records(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    """Elements further apart than a multiple of their size."""
    record = np.dtype([("value", dtype), ("next", np.uint8)])
    records = np.zeros(shape, record)
    view: Array = records["value"]
    view[...] = random_bits(shape, dtype, seed)
    return view


def _read_only(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int) -> Array:
    array = random_bits(shape, dtype, seed)
    array.flags.writeable = False
    return array


_RAW: dict[str, _Store] = {
    "C order": _in_c_order,
    "transposed": _transposed,
    "spaced": _spaced,
    "backwards": _backwards,
    "in records": _in_records,
}
_BASE: dict[str, _Store] = {**_RAW, "read-only": _read_only}


class ViewCopyContract(Laws):
    """Subclass it under a name that begins with `Test`, and give it the adapter."""

    adapter: SupportsViewCopy
    """The adapter under test."""

    @classmethod
    def parameters(cls) -> dict[str, Mapping[str, Any]]:
        """Every dtype NumPy and ml_dtypes have, every shape, in memory of every order."""
        return {
            "dtype": {np.dtype(dtype).name: np.dtype(dtype) for dtype in _DTYPES},
            "shape": {"x".join(map(str, shape)) or "scalar": shape for shape in _SHAPES},
            "raw_in": _RAW,
            "base_in": _BASE,
        }

    def test_it_copies_every_bit_or_declines_and_writes_nothing(
        self, shape: tuple[int, ...], raw_in: _Store, base_in: _Store
    ) -> None:
        for dtype in map(np.dtype, _DTYPES):
            raw, base = raw_in(shape, dtype, 1), base_in(shape, dtype, 2)
            before, source = raw.copy(), base.copy()
            done = self.adapter.copy_view(raw, base)
            assert bits(raw) == bits(source if done else before), dtype
            assert bits(base) == bits(source), dtype

    def test_it_writes_nothing_beside_the_view(self, raw_in: _Store) -> None:
        raw = raw_in((6, 4), np.dtype(np.float32), 1)
        whole = raw if raw.base is None else raw.base
        around, before = whole.copy(), raw.copy()
        self.adapter.copy_view(raw, random_bits((6, 4), raw.dtype, 2))
        raw[...] = before
        assert whole.tobytes() == around.tobytes()

    def test_it_takes_a_transposed_matrix_which_is_what_it_is_for(
        self, dtype: np.dtype[Any]
    ) -> None:
        raw, base = np.zeros((3, 4), dtype), _transposed((3, 4), dtype, 1)
        assert self.adapter.copy_view(raw, base)
        assert bits(raw) == bits(base)
