"""Hypotheses about why two tensors differ, each tried on the numbers.

A hint is given only if undoing what it says removes the difference, on every element. The cheap and
simple hypotheses come first, and those after the first that holds are not tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from padiff.compare.measure import measure
from padiff.compare.metrics import Metrics
from padiff.compare.reorderings import rows_along, slice_orders
from padiff.compare.tolerance import NoToleranceError, Tolerance, default_tolerance
from padiff.compare.transpositions import (
    axis_orders,
    flipped_axes,
    reshaped_orders,
    untransposed,
)
from padiff.dtypes import category
from padiff.protocols import Array

__all__ = ["Hint", "find_hints"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What would explain a difference, and was tried."""

    kind: str
    """A stable name. `find_hints` gives "sign", "scaled", "offset", "missing_bias", "transposed",
    "shifted", "swapped", "permuted" and "reshaped"."""
    text: str
    """The explanation, in words about base and raw."""


def find_hints(base: Array, raw: Array, *, tolerance: Tolerance | None = None) -> tuple[Hint, ...]:
    """Find what, undone, would make raw equal to base.

    The search looks at samples; what it finds is verified on the whole tensors. Extra memory is up to
    three times that of one tensor. Equal calls give equal answers.

    Args:
        base: Shape `s`, as `measure` takes it.
        raw: Shape `s`, or a permutation of it.
        tolerance: How close raw must come, elementwise. The default is the dtypes' own (see
            `default_tolerance`), its absolute part in proportion to the RMS of base.

    Returns:
        The hints of the simplest sort that holds; none if there is nothing to explain, or nothing
        explains it.

    >>> base = np.arange(12.0).reshape(3, 4) ** 2
    >>> find_hints(base, base[:, [2, 3, 0, 1]])
    (Hint(kind='swapped', text='along axis 1, raw has parts 0 and 1 of 2 swapped'),)
    >>> find_hints(base, base * 0.5)
    (Hint(kind='scaled', text='raw is 0.5 times base'),)
    >>> find_hints(base, base**1.5)
    ()
    """
    with np.errstate(all="ignore"):
        try:
            trial = _Trial.of(base, raw, tolerance)
        except NoToleranceError:
            return ()
        if trial is None:
            return ()
        sorts = _SORTS if trial.before else (_transpositions,)
        return next((found for sort in sorts if (found := tuple(sort(trial)))), ())


@dataclass(frozen=True, slots=True)
class _Trial:
    """The two tensors, in a dtype to compute with, and how close they must come."""

    base: Array
    raw: Array
    tolerance: Tolerance
    before: Metrics | None
    """As they are; None if their shapes differ."""
    default: Tolerance | None
    """The dtypes' own, before it was fitted to the scale of base; None if the caller stated one."""

    @classmethod
    def of(cls, base: Array, raw: Array, stated: Tolerance | None) -> _Trial | None:
        """None if there is no difference to explain."""
        tolerance = stated or default_tolerance(base.dtype, raw.dtype)
        default = None if stated else tolerance
        base, raw = _computable(base), _computable(raw)
        tolerance = _for_scale(default, base) if default else tolerance
        before = measure(base, raw, tolerance=tolerance, same_dtype=False)
        if isinstance(before, Metrics):
            return cls(base, raw, tolerance, before, default) if before.out_of_tolerance else None
        return cls(base, raw, tolerance, None, default) if before.reason == "shape" else None

    def holds(self, restored: Array) -> bool:
        """Whether raw, with the hypothesis undone, agrees with base."""
        # Of an array without axes, NumPy makes a number.
        restored = np.asarray(restored)
        found = measure(self.base, restored, tolerance=self.tolerance, same_dtype=False)
        if not isinstance(found, Metrics) or found.out_of_tolerance:
            return False
        # A loose tolerance is no reason to believe in a change that improves little.
        return self.before is None or found.rms <= self.before.rms / 8

    def reversed(self) -> _Trial:
        """Raw in base's place, and with its scale."""
        tolerance = _for_scale(self.default, self.raw) if self.default else self.tolerance
        return _Trial(self.raw, self.base, tolerance, self.before, self.default)


def _computable(side: Array) -> Array:
    if category(side.dtype) == "float" and side.dtype.itemsize < 4:
        return side.astype(np.float32)
    return side.astype(side.dtype.newbyteorder("="), copy=False)


def _for_scale(tolerance: Tolerance, base: Array) -> Tolerance:
    """Relative to the RMS of base, where that is a number and base inexact."""
    itself = measure(base, base, tolerance=tolerance)
    if not isinstance(itself, Metrics) or itself.max_ulps is None or itself.rms_base == math.inf:
        return tolerance
    return Tolerance(max(tolerance.atol, tolerance.rtol) * itself.rms_base, tolerance.rtol)


def _signs_and_scales(trial: _Trial) -> Iterator[Hint]:
    forward = trial.before
    if forward is None or forward.max_ulps is None or not abs(forward.cosine) > 0.9:
        return
    if trial.holds(-trial.raw):
        yield Hint("sign", "raw is base with the sign flipped")
        return
    backward = measure(trial.raw, trial.base, tolerance=trial.tolerance, same_dtype=False)
    if isinstance(backward, Metrics) and backward.rms_base and forward.rms_base:
        factor = backward.rms_base / forward.rms_base / forward.cosine
        if trial.holds(trial.raw / trial.raw.dtype.type(factor)):
            yield Hint("scaled", f"raw is {factor:.6g} times base")


def _offsets(trial: _Trial) -> Iterator[Hint]:
    if trial.before is None or trial.before.max_ulps is None:
        return
    shape = trial.base.shape
    for axis, length in enumerate(shape):
        # With one slice only, any difference would be "a vector along the axis".
        if trial.base.size < 2 * length or (vector := _common(trial, axis)) is None:
            continue
        level = vector.mean()
        along = vector.reshape([-1 if i == axis else 1 for i in range(len(shape))])
        if np.abs(vector - level).max() <= trial.tolerance.atol and _adds(trial, level):
            yield Hint("offset", f"raw is base plus {level:.6g} throughout")
            return
        if _adds(trial, along):
            text = f"raw - base is one vector along axis {axis}: a bias that one side has not"
            yield Hint("missing_bias", text)
            return


def _adds(trial: _Trial, offset: Array) -> bool:
    """Whether raw is base plus this. What is large beside base has rounded at its own scale."""
    return trial.holds(trial.raw - offset) or trial.reversed().holds(trial.base + offset)


def _common(trial: _Trial, axis: int) -> Array | None:
    """What `raw - base` is at each place of the axis, if it looks the same at all others."""
    ours, theirs = (rows_along(side, axis) for side in (trial.base, trial.raw))
    difference = theirs - ours
    wide = np.result_type(difference, np.float64)
    vector: Array = difference.mean(axis=1, dtype=wide).astype(difference.dtype)
    allowed = trial.tolerance.atol + trial.tolerance.rtol * np.maximum(np.abs(ours), np.abs(theirs))
    same = np.abs(difference - vector[:, None]) <= 4 * allowed
    return vector if same.all() else None


def _transpositions(trial: _Trial) -> Iterator[Hint]:
    for order in axis_orders(trial.base, trial.raw, trial.tolerance):
        if trial.holds(trial.raw.transpose(np.argsort(order))):
            yield Hint("transposed", f"raw is base with its axes in the order {order}")
            return


def _reorderings(trial: _Trial) -> Iterator[Hint]:
    for axis in range(trial.base.ndim):
        for found in slice_orders(trial.base, trial.raw, axis, trial.tolerance):
            if trial.holds(np.take(trial.raw, np.argsort(found.order), axis)):
                yield Hint(found.kind, f"along axis {axis}, raw {found.text}")
                return


def _flips(trial: _Trial) -> Iterator[Hint]:
    for axes in flipped_axes(trial.base, trial.raw, trial.tolerance):
        if trial.holds(np.flip(trial.raw, axes)):
            yield Hint("permuted", f"raw is base flipped along axes {', '.join(map(str, axes))}")
            return


def _reshapes(trial: _Trial) -> Iterator[Hint]:
    shape = trial.base.shape
    for order in reshaped_orders(trial.base, trial.raw, trial.tolerance):
        if trial.holds(untransposed(trial.raw.reshape(-1), shape, order)):
            text = (
                f"raw is base with its axes in the order {order}, reshaped where base is transposed"
            )
            yield Hint("reshaped", text)
            return


_Sort: TypeAlias = Callable[[_Trial], Iterator[Hint]]
_SORTS: tuple[_Sort, ...] = (
    _signs_and_scales,
    _offsets,
    _transpositions,
    _reorderings,
    _flips,
    _reshapes,
)
