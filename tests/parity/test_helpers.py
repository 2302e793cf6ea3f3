"""The helpers of the parity tests, shown what they must notice."""

from __future__ import annotations

import numpy as np
import pytest

from .agreement import TOLERANCE, apart, different_bits
from .cases import CASES, DTYPES, MATCHES, Array, Case, Dtype
from .gradients import cotangents_of, inputs_of
from .sides import SIDES, Side

each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)
each_dtype = pytest.mark.parametrize("dtype", DTYPES)

LINEAR = CASES[0]
ZERO_ROW = CASES[7]
BATCH_NORM = CASES[44]


@each_dtype
def test_what_is_within_the_tolerance_of_the_largest_value_agrees(dtype: Dtype) -> None:
    expected = np.array([1e3, 1.0], dtype)
    near = expected + np.array([0, 900 * TOLERANCE[dtype]], dtype)
    assert apart({"x": near}, {"x": expected}, dtype) == {}
    far = expected + np.array([0, 1100 * TOLERANCE[dtype]], dtype)
    assert list(apart({"x": far}, {"x": expected}, dtype)) == ["x"]


@pytest.mark.parametrize(
    "actual",
    [
        {"x": np.array([1.0, np.nan], np.float32)},
        {"x": np.ones((1, 2), np.float32)},
        {"x": np.ones(2)},
        {},
    ],
    ids=["NaN", "another shape", "another dtype", "missing"],
)
def test_what_cannot_be_compared_does_not_agree(actual: dict[str, Array]) -> None:
    expected = {"x": np.ones(2, np.float32)}
    assert list(apart(actual, expected, "float32")) == ["x"]
    assert list(apart(expected, actual, "float32")) == ["x"]


@pytest.mark.parametrize(
    "actual", [np.array([-0.0]), np.zeros((1, 1)), np.zeros(1, np.float32)], ids=repr
)
def test_bits_are_told_apart(actual: Array) -> None:
    assert different_bits({"x": np.zeros(1)}, {"x": np.zeros(1)}) == []
    assert different_bits({"x": actual}, {"x": np.zeros(1)}) == ["x"]
    assert different_bits({}, {"x": np.zeros(1)}) == ["x"]


@pytest.mark.parametrize("case", MATCHES, ids=lambda case: case.id)
@each_side
def test_every_tensor_is_drawn_anew_and_the_same_in_each_run(case: Case, side: Side) -> None:
    one, same, other = (side.arrays(side.model(case, "float64", seed)) for seed in (1, 1, 2))
    assert different_bits(one, same) == []
    assert different_bits(one, other) == list(one)
    assert [name for name, array in one.items() if not array.any()] == []


@each_side
def test_variances_are_positive_and_counters_count(side: Side) -> None:
    arrays = side.arrays(side.model(BATCH_NORM, "float32", 1))
    variance = arrays.get("running_var", arrays.get("_variance"))
    assert variance is not None
    assert (variance > 0).all()
    assert arrays.get("num_batches_tracked", np.int64(1)).dtype == np.int64


@each_side
def test_a_padding_row_stays_zero(side: Side) -> None:
    weight = side.arrays(side.model(ZERO_ROW, "float32", 1))["weight"]
    assert np.flatnonzero(~weight.any(axis=1)).tolist() == [2]


@each_dtype
@each_side
def test_gradients_are_those_of_the_cotangent(side: Side, dtype: Dtype) -> None:
    model = side.model(LINEAR, dtype, 1)
    found = side.backward(LINEAR, model, dtype, None)
    x = inputs_of(LINEAR, dtype)["x"]
    (cotangent,) = cotangents_of(LINEAR, found.outputs)
    weight, gradient = side.arrays(model)["weight"], found.parameters["weight"]
    if side.name == "paddle":
        weight, gradient = weight.T, gradient.T
    actual = {"x": found.inputs["x"], "weight": gradient, "bias": found.parameters["bias"]}
    expected = {"x": cotangent @ weight, "weight": cotangent.T @ x, "bias": cotangent.sum(axis=0)}
    assert apart(actual, expected, dtype) == {}
