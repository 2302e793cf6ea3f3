from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from padiff.compare import Metrics, Tolerance, measure
from padiff.protocols import Array

from .drawn import (
    COMPLEX,
    DTYPES,
    FLOATS,
    INTEGERS,
    dtype_named,
    laid_out,
    pairs,
    small_blocks,
    tolerances,
)
from .oracle import expected

EXACT = ("out_of_tolerance", "nonfinite_differences", "max_ulps")


def check(base: Array, raw: Array, tolerance: Tolerance) -> Metrics:
    found = measure(base, raw, tolerance=tolerance)
    assert isinstance(found, Metrics)
    with np.errstate(over="ignore", invalid="ignore"):
        right = asdict(expected(base, raw, tolerance))
    for name in EXACT:
        assert getattr(found, name) == right.pop(name), name
    for name, value in right.items():
        # Cosines of random signs sum to nearly nothing; all else is a sum or extreme of one sign.
        absolute = 3e-6 if name == "cosine" else 0.0
        assert getattr(found, name) == pytest.approx(value, rel=2e-6, abs=absolute), name
    return found


def is_ordinary(array: Array) -> bool:
    """Whether sums of squares stay within float64 with all their digits."""
    if array.dtype not in (np.float64, np.complex128):
        return True
    size = np.abs(array[np.isfinite(array) & (array != 0)])
    return bool(((size > 1e-120) & (size < 1e120)).all())


@pytest.mark.parametrize("names", [FLOATS, COMPLEX, INTEGERS], ids=["float", "complex", "integer"])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_every_bit_pattern_in_every_layout(names: tuple[str, ...], data: st.DataObject) -> None:
    base, raw = data.draw(pairs(names).filter(lambda pair: all(map(is_ordinary, pair))))
    base, raw = data.draw(laid_out(base)), data.draw(laid_out(raw))
    tolerance, elements = data.draw(tolerances()), data.draw(st.sampled_from([2, 6, 16, 64]))
    before = base.tobytes(), raw.tobytes()
    with small_blocks(elements):
        check(base, raw, tolerance)
    assert (base.tobytes(), raw.tobytes()) == before


SIZES = (1, 1000, 8191, 8192, 8193, 98_304, 98_305, 150_001)


def noisy(name: str, size: int, noise: float, seed: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    base = rng.standard_normal(size) * 100
    raw = base + noise * rng.standard_normal(size)
    if name.startswith("complex"):
        base = base + 1j * rng.standard_normal(size)
        raw = raw + 1j * base.imag
    if name in INTEGERS and name != "bool":
        base, raw = np.abs(base).clip(0, 100), np.abs(raw).clip(0, 100)
    with np.errstate(over="ignore"):
        return base.astype(dtype_named(name)), raw.astype(dtype_named(name))


@pytest.mark.parametrize("noise", [1e-9, 1e-5, 1.0, 1e4])
@pytest.mark.parametrize("size", SIZES)
def test_sizes_around_a_block(size: int, noise: float) -> None:
    check(*noisy("float32", size, noise, size), Tolerance(1e-5, 1.3e-6))


@pytest.mark.parametrize("noise", [1e-9, 1e-2, 10.0])
@pytest.mark.parametrize("name", DTYPES)
def test_many_blocks_of_every_dtype(name: str, noise: float) -> None:
    check(*noisy(name, 140_000, noise, 0), Tolerance(1e-3, 1e-3))


@pytest.mark.parametrize("scale", [1e-38, 1e-30, 1e-20, 1e-14, 1e12, 1e20, 1e30])
@pytest.mark.parametrize("noise", [1e-7, 0.1, 10])
def test_sums_keep_their_precision_where_float32_squares_would_not(
    scale: float, noise: float
) -> None:
    rng = np.random.default_rng(1)
    base, change = rng.standard_normal((2, 50_000))
    raw = base * (1 + noise * change)
    with small_blocks(8192):
        check((base * scale).astype("f4"), (raw * scale).astype("f4"), Tolerance(0, 1e-6))


@pytest.mark.parametrize("scale", [1e-60, 1e-22, 1e-16, 1e-10, 1, 1e14, 1e16, 1e40, 1e100])
@pytest.mark.parametrize("noise", [1e-16, 1e-12, 1e-6, 1e-4, 10])
def test_so_do_those_of_float64_whose_errors_float32_may_not_hold(
    scale: float, noise: float
) -> None:
    rng = np.random.default_rng(2)
    base, change = rng.standard_normal((2, 30_000))
    base *= scale
    with small_blocks(8192):
        check(base, base * (1 + noise * change), Tolerance(0, 1e-9))


# After a number of 1, or before it: what one block shows must not be taken for granted in the next.
_UNUSUAL = st.sampled_from([0.0, 1e-110, 1e-50, 1e-44, 1e-30, 1e-21, 1e16, 1e39, 1e110, np.nan])
_APART = st.sampled_from([0.0, 2.0**-52, 2.0**-51, 1e-9, 1e-3, 1.0])


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_few_unusual_numbers_among_ordinary_ones_of_float64(data: st.DataObject) -> None:
    size = 24
    base = np.linspace(1, 2, size)
    raw = base * (1 + data.draw(st.sampled_from([0, 2.0**-52])))
    for at in data.draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True)):
        base[at] = data.draw(_UNUSUAL)
        raw[at] = base[at] * (1 + data.draw(_APART)) + data.draw(st.sampled_from([0, 0, 1e-110]))
    with small_blocks(4):
        check(base, raw, data.draw(tolerances()))


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_few_unusual_numbers_among_ordinary_ones_of_16_bits(
    name: str, data: st.DataObject
) -> None:
    size, dtype = 48, dtype_named(name)
    base = np.linspace(1.9, 1, size).astype(dtype)
    raw = (base.view(np.int16) + 1).view(dtype)
    for at in data.draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True)):
        base[at] = data.draw(st.sampled_from([0, 0.0, 1e-6, 1e-39, 1, 1.99, 2, 100, np.nan]))
        raw[at] = base[at]
        raw.view(np.int16)[at] += data.draw(st.integers(0, 3))
        raw[at] *= data.draw(st.sampled_from([1, 1, 1, -1]))
    with small_blocks(4):
        check(base, raw, data.draw(tolerances()))


@pytest.mark.parametrize("value", [1e-40, 1e-30, 1e-20, 1e30])
def test_so_do_the_sums_of_equal_tensors(value: float) -> None:
    base = np.array([0, value, -value] * 5000, np.float32)
    check(base, base.copy(), Tolerance(0, 0))


@pytest.mark.parametrize("view", ["transposed", "channels last", "slice", "broadcast"])
@pytest.mark.parametrize("name", ["float32", "float64", "bfloat16"])
def test_views_larger_than_a_block(view: str, name: str) -> None:
    rng = np.random.default_rng(2)
    whole = rng.standard_normal((37, 41, 53)).astype(dtype_named(name))
    base = {
        "transposed": whole.transpose(2, 0, 1),
        "channels last": np.moveaxis(whole, -1, 1),
        "slice": whole[::2, 3:, ::-1],
        "broadcast": np.broadcast_to(whole[:, :1], whole.shape),
    }[view]
    raw = np.ascontiguousarray(base)
    place = tuple(n // 2 + 1 for n in base.shape)
    raw[place] += dtype_named(name).type(8)
    found = check(base, raw, Tolerance(1e-3, 1e-3))
    assert found.worst is not None
    assert (found.worst.index, found.out_of_tolerance) == (place, 1)
    assert (found.worst.base, found.worst.raw) == (float(base[place]), float(raw[place]))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_the_elements_named_are_those_of_the_arrays(data: st.DataObject) -> None:
    base, raw = data.draw(pairs(("float32", "bfloat16", "int64", "complex64")))
    base, raw = data.draw(laid_out(base)), data.draw(laid_out(raw))
    with small_blocks(6):
        found = measure(base, raw, tolerance=data.draw(tolerances()))
    assert isinstance(found, Metrics)
    for element in (found.worst, found.max_abs_at, found.max_rel_at):
        if element is not None:
            np.testing.assert_equal(element.base, base[element.index].item())
            np.testing.assert_equal(element.raw, raw[element.index].item())
