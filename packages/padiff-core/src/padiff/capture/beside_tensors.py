"""What a model returns beside tensors, as arrays: numbers, lists of them, NumPy arrays, text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from padiff.capture.nested import leaves
from padiff.dtypes import category
from padiff.protocols import Array

__all__ = ["as_array", "output_leaves"]

_NUMBERS = (bool, int, float, complex)


def output_leaves(
    output: Any, is_tensor: Callable[[object], bool]
) -> Iterator[tuple[str, Any, bool]]:
    """What a model returned that has values, in order: its slot, itself, and whether it is a tensor."""
    for slot, value in leaves(output, lambda value: is_tensor(value) or _is_plain(value)):
        yield slot, value, is_tensor(value)


def as_array(value: Any) -> Array:
    """Its values.

    Python's floats do not tell in what precision they were computed, which is float32 as a rule, so they
    become float32 where they fit. Integers become int64, which every framework has; of a text it is the
    code points.
    """
    if isinstance(value, str):
        return np.array([ord(character) for character in value], np.int64)
    array = np.asarray(value)
    if array.dtype.kind in "ui":
        return array.astype(np.int64)
    native = isinstance(value, (np.ndarray, np.generic))
    return array if native or array.dtype.kind == "b" else _narrowed(array)


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        if len({type(item) for item in value}) != 1 or type(value[0]) not in _NUMBERS:
            return False
    elif not isinstance(value, (np.ndarray, np.generic, *_NUMBERS)):
        return isinstance(value, str)
    dtype = np.asarray(value).dtype  # of integers beyond 64 bits, `object`
    return category(dtype) != "other" and dtype not in (np.longdouble, np.clongdouble)


def _narrowed(array: Array) -> Array:
    with np.errstate(over="ignore"):
        result = array.astype(np.float32 if array.dtype.kind == "f" else np.complex64)
    return array if (np.isinf(result) & ~np.isinf(array)).any() else result
