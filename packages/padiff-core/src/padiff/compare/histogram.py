"""How errors are distributed: how many elements have one of which size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import PART
from padiff.protocols import Array

__all__ = ["Bins", "Histogram"]

_LOWEST = -1074
"""The exponent of the smallest number float64 knows; 1024 stands for what exceeds it."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Elements by the size of their error, in bins each twice as wide as the one before.

    Over the elements that are finite on both sides; of tensors of at most 32 bits (16, of integers),
    errors are rounded to float32 first.
    """

    zeros: int
    """How many elements have no error."""
    bins: tuple[tuple[int, int], ...]
    """Pairs of an exponent and how many errors are in `[2**exponent, 2**(exponent + 1))`: none of them
    empty, exponents increasing. 1024 stands for errors beyond float64."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {"zeros": self.zeros, "bins": [list(pair) for pair in self.bins]}

    @property
    def elements(self) -> int:
        """All elements that were counted."""
        return self.zeros + sum(count for _, count in self.bins)


class Bins:
    """Counts errors while the elements stream by.

    Args:
        narrow: Whether to round float64 errors to float32 first, as all are where it is float32
            that errors are computed in.
    """

    def __init__(self, *, narrow: bool) -> None:
        self.zeros = 0
        self._counts: NDArray[np.int64] = np.zeros(1025 - _LOWEST, np.int64)
        self._half = 1 << 28 if narrow else 0
        """Half a unit in the last place of float32, in units of float64."""

    def add(self, error: Array) -> None:
        """Count errors.

        Args:
            error: A 1-D array of float32 or float64, not negative, no NaN.
        """
        for start in range(0, error.size, PART):
            self._add(error[start : start + PART])

    def _add(self, error: Array) -> None:
        if error.dtype == np.float32:
            fields = error.view(np.int32) >> 23
            bias = 127
        else:
            fields = (error.view(np.int64) + self._half) >> 52
            bias = 1023
        counts = np.bincount(fields)
        self._counts[1 - bias - _LOWEST : counts.size - bias - _LOWEST] += counts[1:]
        if counts[0]:
            self._add_small(error, int(counts[0]))

    def _add_small(self, error: Array, count: int) -> None:
        """Zeros, and so small numbers that they share the exponent field 0 with them."""
        zeros = int(np.count_nonzero(error == 0))
        self.zeros += zeros
        if zeros == count:
            return
        error = error[error < np.finfo(error.dtype).smallest_normal]
        exponents = np.frexp(error[error > 0])[1].astype(np.intp) - 1
        np.add.at(self._counts, exponents - _LOWEST, 1)

    def histogram(self) -> Histogram:
        """What was counted."""
        found: Any = np.flatnonzero(self._counts)
        counts = self._counts[found].tolist()
        return Histogram(self.zeros, tuple(zip((found + _LOWEST).tolist(), counts, strict=True)))
