from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from padiff.compare.measure import measure
from padiff.compare.metrics import Metrics
from padiff.compare.tolerance import Tolerance
from padiff.protocols import Array
from padiff.report.wording import listed, measured_lines, measured_summary, worst_element

from .build import DEFAULT, floats, floor, measured

EXACT = Tolerance(0, 0)


def metrics(base: Array, raw: Array, tolerance: Tolerance = EXACT) -> Metrics:
    found = measure(base, raw, tolerance=tolerance, same_dtype=False)
    assert isinstance(found, Metrics)
    return found


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.float16, "at [0]: base 0.1, raw 0.3333"),
        (np.float32, "at [0]: base 0.1, raw 0.33333334"),
        (np.float64, "at [0]: base 0.1, raw 0.3333333333333333"),
        (ml_dtypes.bfloat16, "at [0]: base 0.100098, raw 0.333984"),
        (np.complex64, "at [0]: base (0.1+0j), raw (0.33333334+0j)"),
        (np.int64, "at [0]: base 0, raw 1"),
        (np.bool_, "at [0]: base False, raw True"),
    ],
)
def test_values_are_shown_in_the_digits_of_their_dtype(dtype: Any, expected: str) -> None:
    values = (0, 1) if np.dtype(dtype).kind in "ib" else (0.1, 1 / 3)
    base, raw = (np.array([value]).astype(dtype) for value in values)
    found = metrics(base, raw)
    assert found.worst is not None
    assert worst_element(found, found.worst) == expected


def test_a_scalar_has_no_index() -> None:
    found = metrics(np.full((), 1.0), np.full((), 2.0))
    assert "worst (the only element): base 1.0, raw 2.0" in measured_lines(found)


@pytest.mark.parametrize(
    ("off", "size", "expected"),
    [
        (1, 3, "1 of 3 elements is out of tolerance (33.3%)"),
        (3, 3, "3 of 3 elements are out of tolerance (100%)"),
        (1, 1, "1 of 1 element is out of tolerance (100%)"),
        (999, 1000, "999 of 1,000 elements are out of tolerance (99.9%)"),
        (4999, 5000, "4,999 of 5,000 elements are out of tolerance (>99.9%)"),
        (1, 10000, "1 of 10,000 elements is out of tolerance (0.01%)"),
        (1, 20000, "1 of 20,000 elements is out of tolerance (<0.01%)"),
    ],
)
def test_shares_do_not_round_to_all_or_nothing(off: int, size: int, expected: str) -> None:
    raw = np.zeros(size)
    raw[:off] = 1
    assert measured_summary(metrics(np.zeros(size), raw)) == expected


def test_summaries_of_what_agrees() -> None:
    assert measured_summary(metrics(np.ones(2), np.ones(2))) == "identical"
    within = metrics(np.ones(2), np.ones(2) + 1e-9, DEFAULT)
    assert measured_summary(within) == "every element is within the tolerance"


def test_a_nan_counts_elementwise_in_the_mean_modes_too() -> None:
    found = metrics(floats(1, 2), floats(1, np.nan), Tolerance(1, 0, "mean"))
    assert measured_summary(found) == "1 of 2 elements is out of tolerance (50%)"


def test_nan_and_infinities() -> None:
    base, raw = floats(np.nan, np.inf, 1), floats(np.nan, -np.inf, 1)
    assert measured_lines(metrics(base, raw)) == [
        "where both are finite, they are equal",
        "not finite: base 1 NaN, 1 +inf; raw 1 NaN, 1 -inf; they differ at 1 position",
        "worst at [1]: base inf, raw -inf",
        "allowed: |base - raw| <= 0 + 0 * |base|",
        "float32, shape (3,)",
    ]


def test_the_same_infinities_on_both_sides() -> None:
    lines = measured_lines(metrics(floats(np.inf, 1), floats(np.inf, 2)))
    assert lines[0] == "largest error 1, mean 1, RMS 1"
    assert lines[2] == "not finite: base 1 +inf; raw 1 +inf; at the same positions"


def test_dtypes_that_differ() -> None:
    found = metrics(floats(1.0), floats(1.5, dtype=np.float64))
    assert measured_lines(found)[-1] == "base float32, raw float64, shape (1,)"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (2.0**-20, "9.54e-07 at most; this is about 260,000 times that"),
        (0.125, "0.125 at most; this is about 2 times that"),
        (2.0**-23, "1.19e-07 at most; this is over a million times that"),
        (0.0, "none"),
    ],
)
def test_errors_beside_the_noise_floor(error: float, said: str) -> None:
    found = measured(0.25)
    assert isinstance(found, Metrics)
    assert f"base's own rounding error there: {said}" in measured_lines(found, floor(error))


def test_ulps_as_long_as_they_say_something() -> None:
    near, far = metrics(floats(1), floats(1 + 2**-20)), metrics(floats(1), floats(2))
    assert measured_lines(near)[1] == "relative to base up to 9.54e-07; cosine 1.000000; 8 ULP"
    assert measured_lines(far)[1] == "relative to base up to 1; cosine 1.000000"


def test_nan_on_one_side_alone() -> None:
    for base, raw, said in (
        (floats(1, np.nan), floats(1, 2), "base 1 NaN; raw none"),
        (floats(1, 2), floats(1, np.nan), "base none; raw 1 NaN"),
    ):
        lines = measured_lines(metrics(base, raw))
        assert lines[1] == f"not finite: {said}; they differ at 1 position"


def test_a_list_that_fits_is_whole() -> None:
    assert listed(["a", "b"], limit=2) == "a, b"
