"""Adds a block in float64 arithmetic, element by element: any dtype, NaN and infinities.

Complex numbers and 64-bit integers always come here; of other tensors, the blocks that hold NaN or
infinities.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from padiff.compare.blocks import Block
from padiff.compare.scalars import NonFinite
from padiff.compare.totals import Totals
from padiff.compare.ulp import max_ulps, narrower
from padiff.dtypes import category
from padiff.protocols import Array

__all__ = ["add_exactly", "offer_beyond"]

_Floats = NDArray[np.float64]
_MAX = np.finfo(np.float64).max


def add_exactly(totals: Totals, block: Block) -> None:
    """Add a block of any supported dtypes."""
    kind = category(block.base.dtype)
    for part in block.parts():
        if kind in ("int", "bool"):
            _add_integers(totals, part)
        else:
            _add_inexact(totals, part, np.complex128 if kind == "complex" else np.float64)


def _add_integers(totals: Totals, block: Block) -> None:
    base, raw = block.base.astype(float), block.raw.astype(float)
    magnitude = _add_sums(totals, base, raw)
    if block.same_bytes():
        _add_equal(totals, base.size)
        return
    _add_errors(totals, block, _integer_errors(block.base, block.raw), magnitude, None)


def _add_inexact(totals: Totals, block: Block, wide: type[np.inexact[Any]]) -> None:
    base, raw = block.base.astype(wide), block.raw.astype(wide)
    finite = np.isfinite(base) & np.isfinite(raw)
    positions = None
    if not finite.all():
        differences = np.flatnonzero(~finite & ~_agree(base, raw))
        totals.add_nonfinite(_nonfinite(base), _nonfinite(raw), block, differences)
        positions = np.flatnonzero(finite)
        base, raw = base[positions], raw[positions]
    magnitude = _add_sums(totals, base, raw)
    if not base.size or block.same_bytes():
        _add_equal(totals, base.size)
        return
    _add_errors(totals, block, np.abs(base - raw), magnitude, positions)
    kept = slice(None) if positions is None else positions
    ours, theirs = _parts(block.base[kept]), _parts(block.raw[kept])
    dtype = narrower(ours.dtype, theirs.dtype)
    ulps = max_ulps(ours.astype(dtype), theirs.astype(dtype))
    totals.max_ulps = max(totals.max_ulps, ulps)


def _add_equal(totals: Totals, count: int) -> None:
    if totals.detail is not None:
        totals.detail.add_equal(count)


def _add_sums(totals: Totals, base: Array, raw: Array) -> _Floats:
    """Add what does not depend on their difference; returns the magnitude of base."""
    # The modulus of a complex number may exceed float64.
    magnitude = cast("_Floats", np.minimum(np.abs(base), _MAX))
    totals.finite += base.size
    totals.abs_base += float(magnitude.sum())
    totals.sq_base += float(np.vecdot(magnitude, magnitude))
    totals.sq_raw += float(np.vecdot(raw, raw).real)
    totals.product += float(np.vecdot(base, raw).real)
    return magnitude


def _add_errors(
    totals: Totals,
    block: Block,
    error: _Floats,
    magnitude: _Floats,
    positions: NDArray[np.intp] | None,
) -> None:
    if totals.detail is not None:
        totals.detail.add(error, magnitude)
    totals.abs_error += float(error.sum())
    totals.sq_error += float(np.vecdot(error, error))
    top = int(error.argmax())
    if error[top] == 0:
        return
    relative = np.where(error > 0, error / magnitude, 0.0)
    steepest = int(relative.argmax())
    top_at, steepest_at = (top, steepest) if positions is None else positions[[top, steepest]]
    totals.offer_abs(float(error[top]), block, int(top_at))
    totals.offer_rel(float(relative[steepest]), block, int(steepest_at))
    offer_beyond(totals, block, error, magnitude, positions)


def offer_beyond(
    totals: Totals,
    block: Block,
    error: _Floats,
    magnitude: _Floats,
    positions: NDArray[np.intp] | None = None,
) -> None:
    """Count the elements out of tolerance and offer the atol they need.

    `positions` are those of the elements in the block; by default, they are all of it.
    """
    relative_part = totals.tolerance.rtol * magnitude
    required = error - relative_part
    allowed = np.add(relative_part, totals.tolerance.atol, out=relative_part)
    # An error beyond float64 is out of any tolerance, also of one beyond float64.
    np.minimum(allowed, _MAX, out=allowed)
    totals.out_of_tolerance += int(np.count_nonzero(error > allowed))
    worst = int(required.argmax())
    position = worst if positions is None else int(positions[worst])
    totals.offer_required(float(required[worst]), block, position)


def _integer_errors(base: Array, raw: Array) -> _Floats:
    if base.dtype == np.bool_:
        return cast("_Floats", (base != raw).astype(np.float64))
    common = np.result_type(base, raw)
    base, raw = base.astype(common), raw.astype(common)
    high, low = np.maximum(base, raw), np.minimum(base, raw)
    # The difference of two int64 may need 65 bits with its sign, but never more than 64 without.
    unsigned = f"u{common.itemsize}"
    return cast("_Floats", (high.view(unsigned) - low.view(unsigned)).astype(np.float64))


def _parts(side: Array) -> Array:
    return side.view(side.real.dtype) if side.dtype.kind == "c" else side


def _agree(base: Array, raw: Array) -> NDArray[np.bool_]:
    both_nan = np.isnan(base) & np.isnan(raw)
    neither = ~(np.isnan(base) | np.isnan(raw))
    same = _infinities(base) == _infinities(raw)
    agree: NDArray[np.bool_] = both_nan | (neither & same.reshape(base.size, -1).all(axis=1))
    return agree


def _infinities(side: Array) -> _Floats:
    parts = _parts(side)
    return np.where(np.isinf(parts), parts, 0.0)


def _nonfinite(side: Array) -> NonFinite:
    parts = _parts(side)
    return NonFinite(
        int(np.count_nonzero(np.isnan(parts))),
        int(np.count_nonzero(np.isposinf(parts))),
        int(np.count_nonzero(np.isneginf(parts))),
    )
