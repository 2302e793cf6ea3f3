from __future__ import annotations

import math

import numpy as np
import pytest

from padiff.compare import Element, Metrics, NonFinite, Tolerance, measure

INF, NAN = math.inf, math.nan
DTYPES = ("float16", "float32", "float64")


def measured(base: list[complex], raw: list[complex], dtype: str) -> Metrics:
    pair = [np.array(side, complex) for side in (base, raw)]
    base_array, raw_array = (
        s.astype(dtype) if dtype[0] == "c" else s.real.astype(dtype) for s in pair
    )
    found = measure(base_array, raw_array, tolerance=Tolerance(1, 1))
    assert isinstance(found, Metrics)
    return found


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("base", "raw"),
    [(INF, -INF), (INF, 1.0), (1.0, INF), (NAN, 1.0), (1.0, NAN), (NAN, INF), (-INF, NAN)],
)
def test_one_side_alone_is_a_difference_under_any_tolerance(
    base: float, raw: float, dtype: str
) -> None:
    found = measured([1, 2, base, 4], [1, 2, raw, 4], dtype)
    assert (found.nonfinite_differences, found.out_of_tolerance, found.identical) == (1, 1, False)
    assert found.worst is not None
    assert found.worst.index == (2,)
    assert str((found.worst.base, found.worst.raw)) == str((base, raw))
    assert (found.max_abs, found.mean_abs_base) == (0.0, 7 / 3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("both", [INF, -INF, NAN])
def test_the_same_on_both_sides_agrees_and_stays_out_of_the_sums(both: float, dtype: str) -> None:
    found = measured([both, 1, 3], [both, 1, 2], dtype)
    assert (found.nonfinite_differences, found.out_of_tolerance) == (0, 0)
    assert (found.mean_abs, found.max_abs_at) == (0.5, Element((2,), 3.0, 2.0))
    equal = measured([both, 1, 3], [both, 1, 3], dtype)
    assert (equal.identical, equal.cosine, equal.mean_abs_base) == (True, 1.0, 2.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_counts_are_kept_per_side_and_sign(dtype: str) -> None:
    found = measured([NAN, NAN, INF, INF, -INF, 1], [1, NAN, INF, -INF, -INF, -INF], dtype)
    assert found.base_nonfinite == NonFinite(nan=2, plus_inf=2, minus_inf=1)
    assert found.raw_nonfinite == NonFinite(nan=1, plus_inf=1, minus_inf=3)
    assert found.nonfinite_differences == 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_as_many_on_both_sides_but_elsewhere_is_a_difference(dtype: str) -> None:
    found = measured([NAN, 1, INF, 1], [1, NAN, 1, INF], dtype)
    assert found.base_nonfinite == found.raw_nonfinite == NonFinite(nan=1, plus_inf=1)
    assert found.nonfinite_differences == 4


def test_nothing_but_nan() -> None:
    found = measured([NAN, NAN], [NAN, NAN], "float32")
    assert (found.identical, found.mean_abs, found.max_rel, found.max_ulps) == (True, 0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("base", "raw", "differences"),
    [
        (complex(NAN, 1), complex(NAN, 2), 0),
        (complex(NAN, 1), complex(1, NAN), 0),
        (complex(INF, 1), complex(INF, 2), 0),
        (complex(INF, INF), complex(INF, 1), 1),
        (complex(INF, 1), complex(-INF, 1), 1),
        (complex(INF, NAN), complex(INF, 1), 1),
        (complex(1, 1), complex(1, NAN), 1),
    ],
)
def test_a_complex_number_with_a_nan_part_is_nan_and_infinite_parts_must_agree(
    base: complex, raw: complex, differences: int
) -> None:
    assert measured([base, 1], [raw, 1], "complex64").nonfinite_differences == differences


def test_of_complex_tensors_parts_are_counted() -> None:
    found = measured([complex(INF, -INF), complex(NAN, NAN)], [1, 1], "complex128")
    assert found.base_nonfinite == NonFinite(nan=2, plus_inf=1, minus_inf=1)
    assert (found.raw_nonfinite, bool(found.raw_nonfinite)) == (NonFinite(), False)


def test_one_nan_among_many_blocks_is_found() -> None:
    base = np.ones(200_000, np.float32)
    raw = base.copy()
    raw[123_456] = NAN
    found = measure(base, raw, tolerance=Tolerance(1, 1))
    assert isinstance(found, Metrics)
    assert (found.nonfinite_differences, found.raw_nonfinite) == (1, NonFinite(nan=1))
    assert found.worst is not None
    assert found.worst.index == (123_456,)


def test_ulps_are_over_the_elements_that_are_finite_on_both_sides() -> None:
    found = measured([complex(NAN, 1), 2], [complex(NAN, 500), 2], "complex64")
    assert (found.max_ulps, found.max_abs, found.identical) == (0, 0.0, True)
    assert measured([INF, 1.0], [1.0, 1.0], "float32").max_ulps == 0
