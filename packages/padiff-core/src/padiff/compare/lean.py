"""Adds a block of float64 numbers whose errors, once subtracted, are kept in float32: half the memory to pass over.

They tell which elements may matter, as those of narrower dtypes do, and these are settled in float64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from padiff.compare.blocks import Block
from padiff.compare.fast import FastAdder, dot, sums
from padiff.compare.totals import Totals

__all__ = ["LeanAdder"]

_TINY = 2.0**-72
"""Two float64 numbers, one of them at least of this size, are equal or at least 2^-125 apart: float32 has
all its digits down to 2^-126."""
_ALIKE = 2.0**-28
"""Where the squares of errors sum to at most this share of base's, the digits that float32 rounds off that sum
are none of the cosine's."""


class LeanAdder(FastAdder):
    """Adds blocks of float64 numbers, on one side at least, that are in the range of float32 and nearly alike.

    From the first block on that is not, it does what `FastAdder` does: as a rule, blocks are alike.

    Args:
        totals: What to add to; without detail, which counts errors by all their digits.
        narrow: The dtype to measure ULP in.
    """

    def __init__(self, totals: Totals, narrow: np.dtype[Any]) -> None:
        dtype = np.dtype(np.float64)
        super().__init__(totals, dtype, narrow, errors=np.dtype(np.float32))
        self._wide = FastAdder(totals, dtype, narrow)
        self._fits = True

    def add_same(self, block: Block) -> None:
        """See `FastAdder.add_same`."""
        self._wide.add_same(block)

    def add_apart(self, block: Block) -> None:
        """See `FastAdder.add_apart`."""
        self._fits = self._fits and self._added(block)
        if not self._fits:
            self._wide.add_apart(block)

    def _added(self, block: Block) -> bool:
        """Whether the block was one that could be added so; if not, nothing was."""
        base, raw = self._sides(block)
        both = self._both[:, : base.size]
        error, magnitude = both
        np.subtract(base, raw, error, dtype=self._dtype, casting="unsafe")
        np.copyto(magnitude, base, casting="unsafe")
        # In float64: it says how much this block weighs against the others in the cosine.
        sq_base = dot(base, base)
        product = dot(magnitude, error) if self._apart else None
        np.absolute(both, both)
        if not float(np.minimum.reduce(magnitude)) >= _TINY:
            return False
        sq_error, _, abs_error, abs_base = sums(both)
        # Neither holds of NaN or infinity.
        if self._loses(sq_base) or not sq_error <= _ALIKE * sq_base:
            return False
        largest = float(np.maximum.reduce(error))
        both_sums = (sq_error, sq_base, abs_error, abs_base)
        self._add_sums(base, raw, both_sums, largest, product)
        self._add_extremes(block, base, raw, largest)
        return True
