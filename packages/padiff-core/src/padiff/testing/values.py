"""Values no mistake can hide in: random bits, and sizes that never repeat."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from padiff.protocols import Array

__all__ = ["Sizes", "bits", "random_bits", "same_bits"]


class Sizes:
    """Hands out axis sizes, no two alike, so that an axis taken for another cannot fit.

    >>> sizes = Sizes(seed=0)
    >>> len({sizes() for _ in range(10)})
    10
    >>> sizes(multiple_of=4) % 4
    0

    Two objects of one seed hand out the same sizes in the same order.
    """

    def __init__(self, seed: int) -> None:
        self._left = random.Random(seed).sample(range(2, 26), 24)  # noqa: S311 - not for secrets

    def __call__(self, multiple_of: int = 1) -> int:
        """A size that was not handed out yet."""
        size = next(size for size in self._left if size % multiple_of == 0)
        self._left.remove(size)
        return size


def random_bits(shape: tuple[int, ...], dtype: np.dtype[Any], seed: int = 0) -> Array:
    """An array in C order of every bit pattern its dtype has, NaNs and infinities included."""
    rng = np.random.default_rng(seed)
    if dtype == np.bool_:
        return rng.integers(0, 2, shape).astype(dtype)
    flat = np.frombuffer(rng.bytes(int(np.prod(shape)) * dtype.itemsize), dtype)
    return flat.reshape(shape).copy()


def bits(array: Array) -> tuple[tuple[int, ...], str, bytes]:
    """Shape, dtype and values, comparable bit for bit: a NaN equals itself, 0.0 is not -0.0."""
    return array.shape, array.dtype.name, array.tobytes()


def same_bits(one: Array, other: Array) -> bool:
    """Whether two arrays have the same shape, dtype and bits, whatever their strides."""
    return bits(one) == bits(other)
