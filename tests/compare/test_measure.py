from __future__ import annotations

import math
import tracemalloc

import ml_dtypes
import numpy as np
import pytest

from padiff.compare import Element, Incomparable, Metrics, NonFinite, Tolerance, measure
from padiff.errors import UsageError
from padiff.protocols import Array

from .arrays import c64, f32, measured

EXACT = Tolerance(0, 0)
LOOSE = Tolerance(1e-5, 1.3e-6)


def test_every_number_of_a_small_example() -> None:
    base = np.array([[3.0, -4.0], [0.0, 0.0]])
    raw = np.array([[3.0, 4.0], [0.0, 0.5]])
    found = measured(base, raw, Tolerance(0.25, 0.5))
    assert found.cosine == pytest.approx(-7 / 5 / math.sqrt(25.25))
    assert found.share_out_of_tolerance == 0.5
    assert found == Metrics(
        shape=(2, 2),
        base_dtype="float64",
        raw_dtype="float64",
        tolerance=Tolerance(0.25, 0.5),
        max_abs=8.0,
        mean_abs=8.5 / 4,
        rms=math.sqrt(64.25 / 4),
        max_rel=math.inf,
        mean_abs_base=7 / 4,
        rms_base=2.5,
        cosine=found.cosine,
        out_of_tolerance=2,
        required_atol=6.0,
        max_ulps=2 * int(np.array(4.0).view(np.int64)),
        base_nonfinite=NonFinite(),
        raw_nonfinite=NonFinite(),
        nonfinite_differences=0,
        worst=Element((0, 1), -4.0, 4.0),
        max_abs_at=Element((0, 1), -4.0, 4.0),
        max_rel_at=Element((1, 1), 0.0, 0.5),
    )


def test_the_worst_element_is_the_one_furthest_beyond_tolerance_not_the_largest_error() -> None:
    base, raw = f32([1000, 1]), f32([1001, 1.5])
    found = measured(base, raw, Tolerance(0, 1e-2))
    assert found.max_abs_at == Element((0,), 1000.0, 1001.0)
    assert found.worst == Element((1,), 1.0, 1.5)
    assert found.required_atol == pytest.approx(0.49)
    assert found.out_of_tolerance == 1


def test_where_rtol_alone_covers_all_the_worst_element_is_the_largest_error() -> None:
    found = measured(f32([1000, 1]), f32([1001, 1]), Tolerance(0, 1e-2))
    assert (found.worst, found.required_atol) == (found.max_abs_at, 0.0)


def test_equal_tensors_have_no_elements_to_name() -> None:
    found = measured(np.arange(5.0), np.arange(5.0))
    assert (found.worst, found.max_abs_at, found.max_rel_at) == (None, None, None)
    assert (found.identical, found.cosine, found.rms_base) == (True, 1.0, math.sqrt(6))


def test_both_zeros_are_equal() -> None:
    found = measured(f32([0.0, -0.0, 1.0]), f32([-0.0, 0.0, 1.0]))
    assert (found.identical, found.max_rel, found.max_ulps) == (True, 0.0, 0)


@pytest.mark.parametrize(
    ("base", "raw", "cosine"), [([0, 0], [0, 0], 1), ([0, 0], [1, 0], 0), ([1, 0], [0, 0], 0)]
)
def test_the_cosine_with_zeros_is_defined(base: list[int], raw: list[int], cosine: float) -> None:
    assert measured(f32(base), f32(raw)).cosine == cosine


def test_an_empty_tensor_agrees_with_an_empty_tensor() -> None:
    found = measured(np.empty((3, 0), np.float32), np.empty((3, 0), np.float32))
    assert (found.size, found.identical, found.cosine) == (0, True, 1.0)
    assert (found.mean_abs, found.rms, found.share_out_of_tolerance) == (0.0, 0.0, 0.0)


def test_a_scalar_tensor_has_the_empty_index() -> None:
    assert measured(np.array(1.0), np.array(3.0)).worst == Element((), 1.0, 3.0)


@pytest.mark.parametrize(
    ("dtype", "error"), [("int64", 2**64 - 1), ("uint64", 2**64 - 1), ("int8", 255)]
)
def test_integers_at_both_ends_of_their_range_do_not_wrap(dtype: str, error: int) -> None:
    info = np.iinfo(dtype)
    base, raw = np.array([info.min, info.max], dtype), np.array([info.max, info.min], dtype)
    found = measured(base, raw)
    assert (found.max_abs, found.out_of_tolerance, found.max_ulps) == (float(error), 2, None)
    assert found.worst == Element((0,), info.min, info.max)
    assert measured(base[:1], base[:1].copy()).rms_base == abs(float(info.min))


def test_integers_that_float64_takes_for_equal_differ() -> None:
    base, raw = np.array([2**53], np.int64), np.array([2**53 + 1], np.int64)
    found = measured(base, raw)
    assert (found.max_abs, found.out_of_tolerance, found.identical) == (1.0, 1, False)


def test_booleans_differ_or_not() -> None:
    found = measured(np.array([True, False, True]), np.array([True, True, False]))
    assert (found.out_of_tolerance, found.max_abs, found.mean_abs) == (2, 1.0, 2 / 3)
    assert found.worst == Element((1,), False, True)


def test_complex_errors_are_moduli() -> None:
    found = measured(c64([1 + 1j, 2]), c64([4 + 5j, 2]))
    assert (found.max_abs, found.mean_abs) == (5.0, 2.5)
    assert found.worst == Element((0,), 1 + 1j, 4 + 5j)


def test_bfloat16_is_read_as_numbers() -> None:
    bf16 = ml_dtypes.bfloat16
    found = measured(np.array([1, 256], bf16), np.array([1, 258], bf16))
    assert (found.max_abs, found.max_ulps, found.base_dtype) == (2.0, 1, "bfloat16")


def test_an_error_beyond_float64_is_infinite_and_out_of_any_tolerance() -> None:
    big = np.finfo(float).max
    found = measured(np.array([big]), np.array([-big]), Tolerance(1e300, 1e300))
    assert (found.max_abs, found.out_of_tolerance, found.identical) == (math.inf, 1, False)
    assert math.isnan(found.cosine)


def test_an_error_beyond_float32_is_a_number() -> None:
    big = float(np.finfo(np.float32).max)
    found = measured(f32([big, 1]), f32([-big, 1]))
    assert found.max_abs == 2 * big
    assert found.rms == pytest.approx(math.sqrt(2) * big)
    assert found.max_rel == 2.0
    assert found.cosine == pytest.approx(-1)


@pytest.mark.parametrize("scale", [1e-4, 1e-12, 1e-30, 1e-38])
def test_the_cosine_keeps_its_digits_where_raw_is_tiny_beside_base(scale: float) -> None:
    base, other = np.random.default_rng(0).standard_normal((2, 5000))
    raw = (base + other).astype(np.float32) * np.float32(scale)
    wide = raw.astype(float)
    right = base @ wide / math.sqrt(base @ base) / math.sqrt(wide @ wide)
    assert measured(base.astype(np.float32), raw).cosine == pytest.approx(right, rel=1e-5)


def test_a_relative_error_beyond_float32_is_a_number_and_one_of_zero_is_not() -> None:
    base, raw = f32([1e-40, 1, 1e-44, 1]), f32([1, 1, 2, 1.5])
    found = measured(base, raw)
    assert found.max_rel == pytest.approx(2 / float(base[2]))
    assert found.max_rel_at == Element((2,), float(base[2]), 2.0)
    base[1] = 0
    assert measured(base, raw).max_rel_at == Element((1,), 0.0, 1.0)


def test_byte_order_is_no_difference() -> None:
    base = np.arange(6, dtype=">f4").reshape(2, 3)
    found = measured(base, base.astype("<f4"))
    assert (found.identical, found.base_dtype) == (True, "float32")


@pytest.mark.parametrize("shape", [(4,), (2, 1), (1, 4), (4, 1), ()])
def test_nothing_is_broadcast_or_reshaped(shape: tuple[int, ...]) -> None:
    base, raw = np.zeros((2, 2), np.float32), np.zeros(shape, np.float32)
    found = measure(base, raw, tolerance=EXACT)
    assert found == Incomparable("shape", (2, 2), shape, "float32", "float32")
    assert str(found) == f"base has shape (2, 2), raw has shape {shape}"


@pytest.mark.parametrize(
    ("base", "raw"), [("float32", "float64"), ("int32", "int64"), ("float32", "int32")]
)
def test_dtypes_must_agree(base: str, raw: str) -> None:
    found = measure(np.zeros(2, base), np.zeros(2, raw), tolerance=EXACT)
    assert found == Incomparable("dtype", (2,), (2,), base, raw)
    assert str(found) == f"base has dtype {base}, raw has dtype {raw}"


@pytest.mark.parametrize(
    ("base", "raw"),
    [("float32", "int32"), ("int64", "uint64"), ("bool", "int8"), ("complex64", "float32")],
)
def test_some_dtypes_have_no_numbers_in_common(base: str, raw: str) -> None:
    found = measure(np.zeros(2, base), np.zeros(2, raw), tolerance=EXACT, same_dtype=False)
    assert found == Incomparable("dtype", (2,), (2,), base, raw)


def test_two_float_dtypes_are_compared_by_value_and_by_ulp_of_the_narrower() -> None:
    base = f32([1, 2])
    raw = np.array([1 + 2.0**-30, 2 + 2.0**-22])
    found = measure(base, raw, tolerance=EXACT, same_dtype=False)
    assert isinstance(found, Metrics)
    assert (found.max_abs, found.max_ulps) == (2.0**-22, 1)
    assert (found.base_dtype, found.raw_dtype) == ("float32", "float64")


@pytest.mark.parametrize(
    ("base", "raw"), [("int32", "int64"), ("complex64", "complex128"), ("float16", "bfloat16")]
)
def test_two_dtypes_of_one_sort_are_compared(base: str, raw: str) -> None:
    dtype = np.dtype(getattr(ml_dtypes, raw, raw))
    found = measure(np.ones(2, base), np.zeros(2, dtype), tolerance=EXACT, same_dtype=False)
    assert isinstance(found, Metrics)
    assert (found.max_abs, found.out_of_tolerance) == (1.0, 2)


@pytest.mark.parametrize("side", ["base", "raw"])
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (np.zeros(2, "longdouble"), np.dtype("longdouble").name),
        (np.array(["a", "b"]), "str32"),
        (np.array([None, None]), "object"),
        (np.zeros(2, ml_dtypes.int4), "int4"),
        (np.zeros(2, "datetime64[s]"), "datetime64[s]"),
    ],
    ids=["extended", "text", "objects", "sub-byte", "dates"],
)
def test_what_is_no_number_is_refused(side: str, wrong: Array, name: str) -> None:
    base, raw = (wrong, np.zeros(2)) if side == "base" else (np.zeros(2), wrong)
    with pytest.raises(UsageError) as error:
        measure(base, raw, tolerance=EXACT)
    assert str(error.value) == (
        f"{side} holds what cannot be compared as numbers.\n"
        f"  got:      {name}\n"
        "  expected: floats of 8 to 64 bits, complex numbers of them, integers or booleans"
    )


def test_what_is_no_array_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        measure(np.zeros(2), [0.0, 0.0], tolerance=EXACT)  # type: ignore[arg-type]
    assert str(error.value) == "raw is no array.\n  got:      list\n  expected: a NumPy array"


@pytest.mark.parametrize("change", [0.0, 1e-8, 1.0])
def test_memory_is_a_few_blocks_whatever_the_size(change: float) -> None:
    base = np.ones((2048, 4096), np.float32).T
    raw = np.full((4096, 2048), 1 + change, np.float32)
    tracemalloc.start()
    measured(base, raw, LOOSE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 2**20 < base.nbytes / 8


def test_the_caller_sees_no_numpy_warning_and_keeps_its_error_state() -> None:
    with np.errstate(all="raise"):
        measured(f32([0, 1e38, np.inf]), f32([0, -3e38, np.nan]))
        assert set(np.geterr().values()) == {"raise"}
