from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import Histogram, Metrics
from padiff.protocols import Array

from .arrays import f32, measured
from .drawn import COMPLEX, FLOATS, INTEGERS, laid_out, pairs, small_blocks
from .oracle import points


def found(metrics: Metrics) -> Histogram:
    assert metrics.histogram is not None
    return metrics.histogram


def is_narrow(array: Array) -> bool:
    """Whether errors are rounded to float32."""
    if array.dtype.kind in "iub":
        return array.dtype.itemsize <= 2
    return array.dtype.kind != "c" and array.dtype.itemsize <= 4


def exponent(error: float, *, narrow: bool) -> int:
    if math.isinf(error):
        return 1024
    with np.errstate(over="ignore", under="ignore"):
        rounded = float(np.float32(error))
    return math.frexp(rounded if narrow and math.isfinite(rounded) else error)[1] - 1


@pytest.mark.parametrize("names", [FLOATS, COMPLEX, INTEGERS], ids=["float", "complex", "integer"])
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_error_is_counted_once(names: tuple[str, ...], data: st.DataObject) -> None:
    base, raw = data.draw(pairs(names))
    base, raw = data.draw(laid_out(base)), data.draw(laid_out(raw))
    with small_blocks(data.draw(st.sampled_from([2, 6, 64]))):
        histogram = found(measured(base, raw, detail=True))
    with np.errstate(all="ignore"):
        _, error = points(base, raw)
    narrow = is_narrow(base)
    expected = Counter(exponent(e, narrow=narrow) for e in error.tolist() if e)
    assert histogram == Histogram(int((error == 0).sum()), tuple(sorted(expected.items())))
    assert histogram.elements == error.size


def test_bins_are_closed_below_and_open_above() -> None:
    raw = f32([1, np.nextafter(np.float32(2), np.float32(0)), 2, 0.5, 0])
    assert found(measured(f32([0] * 5), raw, detail=True)) == Histogram(
        1, ((-1, 1), (0, 2), (1, 1))
    )


def test_elements_that_are_not_finite_are_not_counted() -> None:
    base, raw = f32([np.nan, np.inf, 1, 1]), f32([np.nan, 0, 1, 3])
    assert found(measured(base, raw, detail=True)) == Histogram(1, ((1, 1),))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_errors_below_the_normal_numbers(dtype: type[np.floating]) -> None:
    tiny = np.finfo(dtype).smallest_subnormal
    bottom = math.frexp(float(tiny))[1] - 1
    raw = np.array([0, 1, 1, 3, 4], dtype) * tiny
    histogram = found(measured(np.zeros(5, dtype), raw, detail=True))
    assert histogram == Histogram(1, ((bottom, 2), (bottom + 1, 1), (bottom + 2, 1)))


def test_an_error_beyond_float64() -> None:
    big = np.finfo(float).max
    base, raw = np.array([big, big]), np.array([-big, 0])
    assert found(measured(base, raw, detail=True)) == Histogram(0, ((1023, 1), (1024, 1)))


@pytest.mark.parametrize("shape", [(0,), (3, 0), ()])
def test_empty_and_single(shape: tuple[int, ...]) -> None:
    base = np.zeros(shape)
    assert found(measured(base, np.ones(shape), detail=True)).elements == base.size


def test_many_blocks() -> None:
    base = np.zeros(300_000, np.float32)
    raw = base.copy()
    raw[::3] = 0.75
    raw[::100] = 5
    counts = Counter(raw.tolist())
    expected = ((-1, counts[0.75]), (2, counts[5.0]))
    assert found(measured(base, raw, detail=True)) == Histogram(counts[0.0], expected)
