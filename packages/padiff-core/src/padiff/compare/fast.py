"""Adds a block of real numbers in a few passes over memory that stays in the cache.

Works in float32 for dtypes of at most 32 bits (16 for integers), else in float64; see `lean` for what
needs less. Whatever decides something (a count, an extreme) is settled in float64: float32 results,
each right to a few parts in 2^24, only tell which blocks cannot matter.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import BLOCK_BYTES, PART, Block
from padiff.compare.exact import add_exactly, offer_beyond
from padiff.compare.totals import Totals
from padiff.compare.ulp import (
    all_within_ulps,
    below,
    mantissa_bits,
    max_ulps,
    max_ulps_same_sign,
    smallest_normal,
    ulps_within,
)
from padiff.protocols import Array

__all__ = ["FastAdder", "dot", "sums"]

_ROW = 8192
"""Products summed in the working dtype before the sum goes on in float64. OpenBLAS wakes its threads
for more than 10,000, which would cost more than the sum."""
_SLACK = 2.0**-20
"""More than the rounding errors of a few float32 operations."""
_LARGE = 2.0**50
"""Squares of float32 numbers up to here, and down to its inverse, keep their precision."""
_NEGLIGIBLE = {"f": 2.0**-42, "d": 2.0**-56}
"""Where the squares of errors sum to at most this share of base's, the product of base and error is left out.
With the share e, and q the product over base's squares, the cosine's square is 1 - (e - q^2) / (1 - 2q + e),
and q^2 <= e by Cauchy and Schwarz: it changes by about e at most."""


class _Workspace(threading.local):
    """Scratch memory of one thread, kept: new memory would cost small tensors more than the rest."""

    def __init__(self) -> None:
        self.rows = np.empty((5, 2 * BLOCK_BYTES), np.uint8)


_WORKSPACE = _Workspace()


class FastAdder:
    """Adds blocks of real numbers, none of them 64-bit integers, of at most `2 * BLOCK_BYTES` in its dtype.

    Args:
        totals: What to add to.
        dtype: float32 or float64, able to hold every value of both sides exactly.
        narrow: The dtype to measure ULP in; None for integers.
        errors: The dtype to keep errors and magnitudes of base in; by default, `dtype`.
    """

    def __init__(
        self,
        totals: Totals,
        dtype: np.dtype[Any],
        narrow: np.dtype[Any] | None,
        errors: np.dtype[Any] | None = None,
    ) -> None:
        errors = errors or dtype
        self._totals = totals
        self._dtype = dtype
        self._narrow = narrow
        self._exact = errors == np.float64
        self._slope = below(totals.tolerance.rtol * (1 - _SLACK), errors)
        """Relative errors up to here are within tolerance, however they were rounded."""
        self._level = (-1, 0.0)
        """The largest ULP distance when it was last asked, and the relative errors that stay within it."""
        self._base, self._raw, *_, self._spare = _WORKSPACE.rows.view(dtype)
        *_, self._error, self._scratch, self._scaled = _WORKSPACE.rows.view(errors)
        self._both = _WORKSPACE.rows.view(errors)[2:4]
        """Errors, and beside them the magnitudes of base."""
        self._negligible = _NEGLIGIBLE[dtype.char]
        self._try_ulps = narrow is not None and narrow.itemsize == 2 and totals.detail is None
        self._apart = False
        """Whether errors were larger in the last block: as a rule, blocks are alike."""
        self._suspects = _WORKSPACE.rows[4].view(np.bool_)

    def add(self, block: Block) -> None:
        """Add one block."""
        if block.same_bytes():
            self.add_same(block)
        else:
            self.add_apart(block)

    def add_apart(self, block: Block) -> None:
        """Add one block, whose sides do not hold the same bits, or not of the same dtype."""
        base, raw = self._sides(block)
        error = np.subtract(base, raw, self._error[: base.size])
        product = dot(base, error) if self._apart else None
        np.absolute(error, error)
        largest = float(np.maximum.reduce(error))
        if not math.isfinite(largest):
            add_exactly(self._totals, block)
            return
        np.absolute(base, self._scratch[: base.size])
        self._add_sums(base, raw, sums(self._both[:, : base.size]), largest, product)
        self._add_extremes(block, base, raw, largest)

    def _add_extremes(self, block: Block, base: Array, raw: Array, largest: float) -> None:
        if largest:
            self._extremes(block, base, raw, largest)
        elif self._totals.detail is not None:
            self._totals.detail.add_equal(base.size)

    def _sides(self, block: Block) -> tuple[Array, Array]:
        return self._converted(block.base, self._base), self._converted(block.raw, self._raw)

    def _converted(self, side: Array, scratch: Array) -> Array:
        if side.dtype == self._dtype:
            return side
        scratch = scratch[: side.size]
        np.copyto(scratch, side, casting="unsafe")
        return scratch

    def add_same(self, block: Block) -> None:
        """Add one block whose sides hold the same bits, of the same dtype."""
        base = self._converted(block.base, self._base)
        magnitude = np.absolute(base, self._scratch[: base.size])
        sq_base, abs_base = sums(magnitude[np.newaxis])
        if not math.isfinite(sq_base) and not np.isfinite(magnitude).all():
            add_exactly(self._totals, block)
            return
        if self._loses(sq_base) and magnitude.any():
            sq_base, abs_base = sums(magnitude[np.newaxis].astype(float))
        totals = self._totals
        totals.finite += base.size
        totals.abs_base += abs_base
        totals.sq_base += sq_base
        totals.sq_raw += sq_base
        totals.product += sq_base
        if totals.detail is not None:
            totals.detail.add_equal(base.size)

    def _loses(self, square: float) -> bool:
        return not self._exact and not _LARGE**-2 <= square <= _LARGE**2

    def _add_sums(
        self,
        base: Array,
        raw: Array,
        both_sums: tuple[float, ...],
        largest: float,
        product: float | None,
    ) -> None:
        sq_error, sq_base, abs_error, abs_base = both_sums
        if self._loses(sq_base):
            base, raw = base.astype(float), raw.astype(float)
            wide = np.stack([np.abs(base - raw), np.abs(base)])
            sq_error, sq_base, abs_error, abs_base = sums(wide)
            product = dot(base, base - raw)
        elif self._loses(largest * largest):
            sq_error, abs_error = self._scaled_sums(base.size, largest)
        self._apart = sq_error > self._negligible * sq_base
        if product is None:
            spare = self._spare[: base.size]
            product = dot(base, np.subtract(base, raw, spare)) if self._apart else 0.0
        totals = self._totals
        totals.finite += base.size
        totals.abs_error += abs_error
        totals.sq_error += sq_error
        totals.abs_base += abs_base
        totals.sq_base += sq_base
        if sq_error < sq_base / 4:
            totals.sq_raw += sq_base - 2 * product + sq_error
            totals.product += sq_base - product
        else:  # So far apart that these differences would cancel.
            if self._loses(dot(raw, raw)):
                base, raw = base.astype(float), raw.astype(float)
            totals.sq_raw += dot(raw, raw)
            totals.product += dot(base, raw)

    def _scaled_sums(self, size: int, largest: float) -> tuple[float, ...]:
        """Sums of squares and of magnitudes of errors whose own squares float32 would not hold."""
        # Kept within the powers of two that float32 has all digits of.
        power = max(-100, min(100, math.frexp(largest)[1]))
        scaled = np.multiply(self._error[:size], 2.0**-power, self._scaled[:size])
        squares, magnitudes = sums(scaled[np.newaxis])
        return math.ldexp(squares, 2 * power), math.ldexp(magnitudes, power)

    def _extremes(self, block: Block, base: Array, raw: Array, largest: float) -> None:
        error, magnitude = self._error[: base.size], self._scratch[: base.size]
        if largest > self._totals.max_abs:
            top = int(error.argmax())
            exact = abs(float(base[top]) - float(raw[top]))
            self._totals.offer_abs(exact, block, top)
            # Offered before the others, it rules most of them out.
            needed = exact - self._totals.tolerance.rtol * abs(float(base[top]))
            self._totals.offer_required(needed, block, top)
        if self._near(block, magnitude):
            return
        relative = np.divide(error, magnitude, magnitude)
        # fmax passes over the NaN of 0 / 0.
        steepest = float(np.fmax.reduce(relative))
        if steepest > self._totals.max_rel:
            self._offer_rel(block, base, raw, relative, steepest)
        if self._totals.detail is not None:
            self._totals.detail.add_block(base, raw, error, relative, self._suspects)
        self._beyond(block, base, raw, largest, steepest)
        if self._narrow is not None:
            self._ulps(block, self._narrow, steepest)

    def _offer_rel(
        self, block: Block, base: Array, raw: Array, relative: Array, steepest: float
    ) -> None:
        top = int((relative == steepest).argmax())
        magnitude = abs(float(base[top]))
        if math.isinf(steepest) and magnitude:
            # The quotient overflowed float32; an element where base is 0 would still be larger.
            wide = np.abs(base.astype(float) - raw) / np.abs(base.astype(float))
            top = int(np.nanargmax(wide))
            magnitude = abs(float(base[top]))
        error = abs(float(base[top]) - float(raw[top]))
        self._totals.offer_rel(error / magnitude if magnitude else math.inf, block, top)

    def _beyond(
        self, block: Block, base: Array, raw: Array, largest: float, steepest: float
    ) -> None:
        if steepest <= self._slope:
            return
        gate = min(self._totals.tolerance.atol, self._totals.required_atol)
        gate = gate if self._exact else below(gate, self._error.dtype)
        if largest <= gate:
            return
        error, relative = self._error[: base.size], self._scratch[: base.size]
        beyond = np.greater(error, gate, self._suspects[: base.size])
        beyond &= np.greater(relative, self._slope, self._suspects[base.size : 2 * base.size])
        suspects = np.flatnonzero(beyond)
        if suspects.size > base.size // 8:
            self._offer_all(block, base, raw)
        elif suspects.size:
            wide = base[suspects].astype(float)
            offer_beyond(self._totals, block, np.abs(wide - raw[suspects]), np.abs(wide), suspects)

    def _offer_all(self, block: Block, base: Array, raw: Array) -> None:
        for start, part in enumerate(block.parts()):
            at = slice(start * PART, (start + 1) * PART)
            wide = base[at].astype(float)
            offer_beyond(self._totals, part, np.abs(wide - raw[at]), np.abs(wide))

    def _near(self, block: Block, magnitude: Array) -> bool:
        """Whether ULP alone tell that neither they nor the relative errors of a block of 16 bits matter.

        As a rule, all ULP of 16 bits have to be looked at anyway, and this saves the division. Of numbers
        of the full precision, `n` ULP are a relative error of at most `n` times the dtype's epsilon, while
        that is at most 1: where raw crosses a power of two and its steps double, base is as much closer to it.
        """
        dtype = block.base.dtype
        if not self._try_ulps or dtype != block.raw.dtype:
            return False
        known = self._totals.max_ulps
        if known > 2 ** mantissa_bits(dtype) * min(1, self._totals.max_rel, self._slope):
            return False
        # Blocks are alike: those of float16, whose numbers below its full precision are common, are tried once.
        self._try_ulps = float(np.minimum.reduce(magnitude)) >= smallest_normal(dtype)
        return self._try_ulps and all_within_ulps(block.base, block.raw, known, self._spare)

    def _ulps(self, block: Block, narrow: np.dtype[Any], steepest: float) -> None:
        known = self._totals.max_ulps
        if known != self._level[0]:
            # Rounding to the narrower dtype may add half a unit on each side.
            rounding = int(block.base.dtype != block.raw.dtype)
            self._level = known, ulps_within(known - rounding, narrow) * (1 - _SLACK)
        gate = self._level[1]
        if steepest <= gate:
            return
        close = steepest < 0.5
        base, raw, relative = block.base, block.raw, self._scratch[: block.base.size]
        # Of 16 bits, to find the suspects would take longer than to look at all.
        if not close or narrow.itemsize > 2:
            suspects = np.flatnonzero(np.greater(relative, gate, self._suspects[: relative.size]))
            if suspects.size <= relative.size // 8:
                base, raw = base[suspects], raw[suspects]
        base, raw = (side.astype(narrow, copy=False) for side in (base, raw))
        ulps = max_ulps_same_sign(base, raw, self._scratch) if close else max_ulps(base, raw)
        self._totals.max_ulps = max(known, ulps)


def dot(left: Array, right: Array) -> float:
    """The product of two 1-D arrays of float32 or float64, in float64 from partial sums of `_ROW` on."""
    whole = left.size // _ROW * _ROW
    if whole < left.size:
        rest = float(np.vecdot(left[whole:], right[whole:]))
        return rest + (dot(left[:whole], right[:whole]) if whole else 0.0)
    # A list of Python's floats is summed in float64, and faster than by NumPy.
    pairs = np.vecdot(left.reshape(-1, _ROW), right.reshape(-1, _ROW))
    return float(sum(pairs.tolist()))


_ONES: dict[str, NDArray[Any]] = {char: np.ones(_ROW, char) for char in "fd"}


def sums(rows: Array) -> tuple[float, ...]:
    """Of each row the sum of squares; then of each the sum, several times faster than by `add.reduce`.

    In float64 from partial sums of `_ROW` on, like `dot`.
    """
    whole = rows.shape[1] // _ROW * _ROW
    if whole < rows.shape[1]:
        rest = _sums_of(rows[:, whole:])
        return tuple(map(sum, zip(rest, sums(rows[:, :whole]), strict=True))) if whole else rest
    return tuple(map(sum, _sums_of(rows.reshape(len(rows), -1, _ROW))))


def _sums_of(rows: Array) -> tuple[Any, ...]:
    ones = _ONES[rows.dtype.char][: rows.shape[-1]]
    return (*np.vecdot(rows, rows).tolist(), *np.vecdot(rows, ones).tolist())
