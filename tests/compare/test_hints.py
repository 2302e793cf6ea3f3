from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from padiff.compare import Hint, Tolerance, find_hints
from padiff.protocols import Array

from .arrays import f32
from .drawn import dtype_named

FLOATS = ("float32", "float64", "float16", "bfloat16", "complex64")
ANY = (*FLOATS, "int64", "int8")
SHAPES = st.sampled_from([(12,), (6, 8), (8, 6), (3, 4, 5), (2, 3, 4, 5), (1, 24), (30, 1)])
SEEDS = st.integers(0, 2**32 - 1)


def values(shape: tuple[int, ...], dtype: str, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    if dtype.startswith("int"):
        return rng.integers(-100, 100, shape).astype(dtype)
    numbers = rng.standard_normal(shape)
    if dtype == "complex64":
        numbers = numbers + 1j * rng.standard_normal(shape)
    return numbers.astype(dtype_named(dtype))


def rounded(array: Array, like: Array) -> Array:
    """With noise of the size of a rounding error, in the dtype of `like`."""
    if like.dtype.kind in "iu":
        return array.astype(like.dtype)
    noise = np.random.default_rng(7).uniform(-1, 1, array.shape) * 2.0**-24
    return (array * (1 + noise)).astype(like.dtype)


def kinds(base: Array, raw: Array) -> list[str]:
    return [hint.kind for hint in find_hints(base, raw)]


each_float = pytest.mark.parametrize("dtype", FLOATS)
each_dtype = pytest.mark.parametrize("dtype", ANY)
some = settings(max_examples=40, deadline=None)


@each_float
@some
@given(shape=SHAPES, seed=SEEDS)
def test_a_flipped_sign(shape: tuple[int, ...], seed: int, dtype: str) -> None:
    base = values(shape, dtype, seed)
    hints = find_hints(base, rounded(-base.astype("c16" if dtype[0] == "c" else "f8"), base))
    assert hints == (Hint("sign", "raw is base with the sign flipped"),)


@each_float
@some
@given(shape=SHAPES, seed=SEEDS, factor=st.sampled_from([0.125, 1.25, 8.0, -0.5, 100.0, 1e-3]))
def test_a_scale(shape: tuple[int, ...], seed: int, factor: float, dtype: str) -> None:
    base = values(shape, dtype, seed)
    raw = rounded(base.astype("c16" if dtype[0] == "c" else "f8") * factor, base)
    (hint,) = find_hints(base, raw)
    assert hint.kind == "scaled"
    stated = float(hint.text.removeprefix("raw is ").removesuffix(" times base"))
    assert stated == pytest.approx(factor, rel=2e-2)


@each_float
@some
@given(shape=SHAPES, seed=SEEDS, data=st.data())
def test_a_missing_bias(shape: tuple[int, ...], seed: int, data: st.DataObject, dtype: str) -> None:
    axis = data.draw(st.sampled_from([i for i, n in enumerate(shape) if n > 1]))
    assume(math.prod(shape) >= 2 * shape[axis])
    base = values(shape, dtype, seed)
    bias = values((shape[axis],), dtype, seed + 1).astype("c16" if dtype[0] == "c" else "f8")
    # Else it is an offset, at the tolerance of bfloat16.
    assume(np.abs(bias - bias.mean()).max() > 0.1)
    with_bias = bias.reshape([-1 if i == axis else 1 for i in range(len(shape))]) + base
    for ours, theirs in [
        (base, with_bias.astype(base.dtype)),
        (with_bias.astype(base.dtype), base),
    ]:
        (hint,) = find_hints(ours, theirs)
        assert hint == Hint(
            "missing_bias",
            f"raw - base is one vector along axis {axis}: a bias that one side has not",
        )


@each_float
def test_a_bias_much_larger_than_base(dtype: str) -> None:
    base, bias = values((50, 20), dtype, 0), 100 * values((20,), dtype, 1)
    raw = (base + bias).astype(base.dtype)
    assert kinds(base, raw) == kinds(raw, base) == ["missing_bias"]


@some
@given(shape=st.sampled_from([(6, 8), (3, 4, 5), (24,)]), seed=SEEDS)
def test_an_offset(shape: tuple[int, ...], seed: int) -> None:
    base = values(shape, "float32", seed)
    hints = find_hints(base, base + np.float32(0.25))
    if len(shape) == 1:
        # Of one axis alone, any difference is a vector along it.
        assert hints == ()
    else:
        assert hints == (Hint("offset", "raw is base plus 0.25 throughout"),)


@each_dtype
@some
@given(data=st.data(), seed=SEEDS)
def test_transposed_axes(data: st.DataObject, seed: int, dtype: str) -> None:
    shape = data.draw(st.sampled_from([(5, 7), (6, 6), (3, 4, 5), (4, 4, 4), (2, 3, 4, 5)]))
    order = tuple(data.draw(st.permutations(range(len(shape)))))
    assume(order != tuple(range(len(shape))))
    base = values(shape, dtype, seed)
    raw = rounded(base.transpose(order), base)
    assert find_hints(base, raw) == (
        Hint("transposed", f"raw is base with its axes in the order {order}"),
    )


Change = Callable[[Array], Array]
ORDERS: dict[str, tuple[Change, str, str]] = {
    "flip": (lambda a: a[::-1], "permuted", "is base flipped"),
    "shift": (lambda a: np.roll(a, 5, 0), "shifted", "is base shifted by 5, around the end"),
    "back": (lambda a: np.roll(a, -1, 0), "shifted", "is base shifted by -1, around the end"),
    "halves": (lambda a: np.roll(a, 12, 0), "swapped", "has parts 0 and 1 of 2 swapped"),
    "gates": (
        lambda a: a.reshape(4, 6, *a.shape[1:])[[0, 2, 1, 3]].reshape(a.shape),
        "swapped",
        "has parts 1 and 2 of 4 swapped",
    ),
    "projections": (
        lambda a: a.reshape(3, 8, *a.shape[1:])[[2, 0, 1]].reshape(a.shape),
        "shifted",
        "is base shifted by 8, around the end",
    ),
    "three gates": (
        lambda a: a.reshape(4, 6, *a.shape[1:])[[0, 2, 3, 1]].reshape(a.shape),
        "swapped",
        "has its 4 parts in the order 0, 2, 3, 1",
    ),
    "interleaved": (
        lambda a: a.reshape(2, 12, *a.shape[1:]).swapaxes(0, 1).reshape(a.shape),
        "permuted",
        "is base read as (2, 12) and transposed",
    ),
    "any": (
        lambda a: a[np.random.default_rng(3).permutation(24)],
        "permuted",
        "has base's slices in the order 13, 12, 15, 23, 0, 17, 3, 22, ...",
    ),
}


@pytest.mark.parametrize("name", ORDERS)
@each_dtype
@some
@given(shape=st.sampled_from([(24, 7), (5, 24), (2, 24, 3), (24, 1)]), seed=SEEDS)
def test_slices_in_another_order(shape: tuple[int, ...], seed: int, dtype: str, name: str) -> None:
    change, kind, text = ORDERS[name]
    axis = shape.index(24)
    base = values(shape, dtype, seed)
    # Equal or nearly equal slices have more than one order.
    rows = np.moveaxis(base, axis, 0).reshape(24, -1).astype("c16" if dtype[0] == "c" else "f8")
    gaps = np.abs(rows[:, None] - rows).max(axis=-1) + np.eye(24)
    assume(gaps.min() > 0.1)
    raw = rounded(np.moveaxis(change(np.moveaxis(base, axis, 0)), 0, axis), base)
    assert find_hints(base, raw) == (Hint(kind, f"along axis {axis}, raw {text}"),)


@each_dtype
@some
@given(data=st.data(), seed=SEEDS)
def test_flipped_along_several_axes(data: st.DataObject, seed: int, dtype: str) -> None:
    shape = data.draw(st.sampled_from([(5, 7), (3, 4, 5), (6, 1, 4), (2, 3, 4, 5)]))
    long = [axis for axis, n in enumerate(shape) if n > 1]
    chosen = st.lists(st.sampled_from(long), min_size=2, unique=True).map(sorted)
    axes = tuple(data.draw(chosen))
    base = values(shape, dtype, seed)
    assert find_hints(base, rounded(np.flip(base, axes), base)) == (
        Hint("permuted", f"raw is base flipped along axes {', '.join(map(str, axes))}"),
    )


@pytest.mark.parametrize(
    ("shape", "order"),
    [
        ((5, 7), (1, 0)),
        ((4, 6, 5), (0, 2, 1)),
        ((4, 6, 5), (1, 2, 0)),
        ((2, 3, 4, 5), (0, 2, 3, 1)),
        ((2, 3, 2, 4, 2, 2), (0, 3, 2, 1, 4, 5)),
    ],
)
@each_dtype
@some
@given(seed=SEEDS)
def test_reshaped_in_place_of_transposed(
    seed: int, dtype: str, shape: tuple[int, ...], order: tuple[int, ...]
) -> None:
    base = values(shape, dtype, seed)
    raw = rounded(base.transpose(order).reshape(shape), base)
    text = f"raw is base with its axes in the order {order}, reshaped where base is transposed"
    assert find_hints(base, raw) == (Hint("reshaped", text),)


def test_a_reshape_is_verified_on_all_elements() -> None:
    base = values((300, 400), "float32", 0)
    raw = base.T.reshape(300, 400)
    assert kinds(base, raw) == ["reshaped"]
    assert kinds(base, np.asfortranarray(raw)) == ["reshaped"]
    raw[200, 111] += 0.01
    assert kinds(base, raw) == []


def test_dead_channels_do_not_hide_an_order() -> None:
    base = values((64, 20), "float32", 0)
    base[[3, 9, 17, 40]] = 0
    raw = base[np.random.default_rng(1).permutation(64)]
    assert kinds(base, raw) == ["permuted"]
    assert kinds(base, base[::-1]) == ["permuted"]


LARGE: dict[str, tuple[Change, str]] = {
    "sign": (lambda a: -a, "sign"),
    "scale": (lambda a: a * 3, "scaled"),
    "bias": (lambda a: a + a[:1], "missing_bias"),
    "transpose": (lambda a: a.T, "transposed"),
    "flip": (lambda a: a[:, ::-1], "permuted"),
    "both flipped": (lambda a: a[::-1, ::-1], "permuted"),
    "shift": (lambda a: np.roll(a, 100, 0), "shifted"),
    "halves": (lambda a: np.roll(a, 600, 1), "swapped"),
    "permutation": (lambda a: a[np.random.default_rng(0).permutation(1200)], "permuted"),
}


@pytest.mark.parametrize("name", LARGE)
def test_of_large_tensors_samples_are_searched_and_all_is_verified(name: str) -> None:
    change, kind = LARGE[name]
    base = values((1200, 1200), "float32", 0)
    raw = change(base).copy()
    assert kinds(base, raw) == [kind]
    raw[777, 555] += 0.01
    assert kinds(base, raw) == []


@each_dtype
@some
@given(shape=SHAPES, seed=SEEDS)
def test_unrelated_tensors_have_no_hint(shape: tuple[int, ...], seed: int, dtype: str) -> None:
    assume(math.prod(shape) >= 12 and min(n for n in shape if n > 1) > 2)
    assert find_hints(values(shape, dtype, seed), values(shape, dtype, seed + 1)) == ()


@each_dtype
def test_equal_tensors_have_no_hint(dtype: str) -> None:
    base = values((4, 4), dtype, 0)
    assert find_hints(base, base.copy()) == ()
    assert find_hints(np.zeros_like(base), np.zeros_like(base)) == ()


@pytest.mark.parametrize("shape", [(0,), (3, 0), ()])
def test_nothing_much_has_no_hint(shape: tuple[int, ...]) -> None:
    assert find_hints(np.zeros(shape), np.zeros(shape)) == ()


@pytest.mark.parametrize(("raw", "found"), [(3.0, ["scaled"]), (-2.0, ["sign"]), (math.nan, [])])
def test_a_tensor_without_axes(raw: float, found: list[str]) -> None:
    assert kinds(np.array(2.0), np.array(raw)) == found


def test_one_number_is_no_evidence_of_a_reordering() -> None:
    assert kinds(np.array([[2.0]]), np.array([[3.0]])) == ["scaled"]


def test_other_shapes_can_only_be_transposed() -> None:
    base = values((4, 6), "float32", 0)
    assert kinds(base, base.T.copy()) == ["transposed"]
    assert find_hints(base, base.reshape(6, 4)) == ()
    assert find_hints(base, base[:3]) == ()
    assert find_hints(base, base.reshape(24)) == ()


def test_other_dtypes_are_none_of_its_business() -> None:
    assert find_hints(values((4, 4), "float32", 0), np.zeros((4, 4), np.int64)) == ()


def test_a_dtype_without_tolerance_needs_one() -> None:
    base = values((4, 6), "float32", 0).astype(dtype_named("float8_e4m3fn"))
    raw = base[:, ::-1]
    assert find_hints(base, raw) == ()
    assert [h.kind for h in find_hints(base, raw, tolerance=Tolerance(1e-3, 0))] == ["permuted"]


def test_nan_and_infinities_move_with_their_slices() -> None:
    base = values((6, 5), "float32", 0)
    base[1, 2], base[4, 0], base[5, 1] = np.nan, np.inf, -np.inf
    assert kinds(base, base[::-1]) == ["permuted"]
    assert kinds(base, np.ascontiguousarray(base.T)) == ["transposed"]
    assert kinds(base, -base) == ["sign"]
    raw = base[::-1].copy()
    raw[0, 1] = 1.0
    assert find_hints(base, raw) == ()


def test_what_is_small_is_held_to_its_own_scale() -> None:
    base = values((20, 30), "float32", 0) * np.float32(1e-9)
    assert kinds(base, base * 2) == ["scaled"]
    assert find_hints(base, values((20, 30), "float32", 1) * np.float32(1e-9)) == ()


def test_a_loose_tolerance_does_not_make_a_hint() -> None:
    base = f32(np.linspace(1, 2, 60).tolist()).reshape(6, 10)
    raw = base + values((6, 10), "float32", 0) / 100
    assert find_hints(base, raw, tolerance=Tolerance(0.022, 0)) == ()


def test_the_arrays_are_not_written_and_answers_repeat() -> None:
    base = values((40, 50), "float32", 0)
    raw = base[:, np.random.default_rng(0).permutation(50)]
    for side in (base, raw):
        side.flags.writeable = False
    assert find_hints(base, raw) == find_hints(base, raw)
