from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from padiff.compare import (
    Element,
    Incomparable,
    Metrics,
    SavedMetricsError,
    Tolerance,
    measure,
    measured_from_dict,
)
from padiff.protocols import Array

from .drawn import DTYPES, dtype_named, pairs, tolerances


def through_json(data: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return loaded


@pytest.mark.parametrize("detail", [False, True])
@settings(max_examples=200, deadline=None)
@given(pair=pairs(DTYPES), tolerance=tolerances())
def test_metrics_survive_json(
    pair: tuple[Array, Array], tolerance: Tolerance, detail: bool
) -> None:
    found = measure(*pair, tolerance=tolerance, detail=detail)
    assert isinstance(found, Metrics)
    again = Metrics.from_dict(through_json(found.to_dict()))
    # By their text, in which NaN equals NaN and 1 is not 1.0.
    assert repr(again) == repr(found)
    assert measured_from_dict(found.to_dict()) == again or "nan" in repr(found)


def test_incomparable_survives_json() -> None:
    found = measure(np.zeros((2, 3)), np.zeros(6, int), tolerance=Tolerance(0, 0))
    assert isinstance(found, Incomparable)
    assert Incomparable.from_dict(through_json(found.to_dict())) == found
    assert measured_from_dict(through_json(found.to_dict())) == found


@pytest.mark.parametrize(
    ("element", "data"),
    [
        (Element((1, 2), 1.5, float("inf")), {"index": [1, 2], "base": 1.5, "raw": "inf"}),
        (Element((), 3, -4), {"index": [], "base": 3, "raw": -4}),
        (Element((0,), True, False), {"index": [0], "base": True, "raw": False}),
        (
            Element((0,), complex(1, float("-inf")), 2j),
            {
                "index": [0],
                "base": {"real": 1.0, "imag": "-inf"},
                "raw": {"real": 0.0, "imag": 2.0},
            },
        ),
    ],
)
def test_elements_are_written_as_plain_json(element: Element, data: dict[str, Any]) -> None:
    assert element.to_dict() == data


def saved() -> dict[str, Any]:
    found = measure(np.zeros(2), np.ones(2), tolerance=Tolerance(0, 0))
    assert isinstance(found, Metrics)
    return found.to_dict()


def test_a_missing_key_is_an_error() -> None:
    data = saved()
    del data["max_abs"]
    with pytest.raises(SavedMetricsError) as error:
        Metrics.from_dict(data)
    assert str(error.value) == (
        "These are no saved metrics.\n"
        "  where:    $\n"
        f"  got:      {', '.join(data)}\n"
        "  expected: the key 'max_abs'"
    )


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(SavedMetricsError) as error:
        Metrics.from_dict({**saved(), "max_abss": 1})
    assert error.value.got == "the unknown key 'max_abss'"
    assert error.value.hint == "did you mean 'max_abs'?"
    with pytest.raises(SavedMetricsError):
        measured_from_dict({"reason": "shape"})


@pytest.mark.parametrize(
    ("key", "value", "where", "expected"),
    [
        ("shape", [2, -1], "$.shape[1]", "a whole number >= 0"),
        ("shape", 3, "$.shape", "a list"),
        ("base_dtype", "float33", "$.base_dtype", "the name of a dtype of numbers"),
        ("raw_dtype", None, "$.raw_dtype", "a string"),
        ("tolerance", {"atol": -1, "rtol": 0, "mode": "strict"}, "$.tolerance.atol", ">= 0"),
        ("tolerance", {"atol": 1, "rtol": 0, "mode": "stric"}, "$.tolerance.mode", "'strict' or"),
        ("max_abs", -1.0, "$.max_abs", "a finite number >= 0"),
        ("max_abs", "-inf", "$.max_abs", "a number >= 0"),
        ("rms", True, "$.rms", "a number"),
        ("mean_abs", "nan?", "$.mean_abs", "'inf' or '-inf' or 'nan'"),
        ("max_rel", float("nan"), "$.max_rel", "a finite number >= 0"),
        ("rms_base", 10**400, "$.rms_base", "a finite number >= 0"),
        ("cosine", None, "$.cosine", "a number"),
        ("out_of_tolerance", 3, "$.out_of_tolerance", "at most 2, the number of elements"),
        ("nonfinite_differences", 1.0, "$.nonfinite_differences", "a whole number >= 0"),
        ("max_ulps", -1, "$.max_ulps", "a whole number >= 0"),
        ("base_nonfinite", {"nan": 1}, "$.base_nonfinite", "the key 'plus_inf'"),
        ("worst", {"index": [2], "base": 0.0, "raw": 0.0}, "$.worst.index", "into shape (2,)"),
        ("worst", {"index": [], "base": 0.0, "raw": 0.0}, "$.worst.index", "into shape (2,)"),
        ("max_abs_at", {"index": [0], "base": {}, "raw": 0}, "$.max_abs_at.base", "a number"),
        ("out_of_tolerance_at_most", 2, "$.out_of_tolerance_at_most", "more than 2"),
        ("out_of_tolerance_at_most", 3, "$.out_of_tolerance_at_most", "and at most 2"),
        ("histogram", {"zeros": 0, "bins": [[0, 0]]}, "$.histogram.bins[0][1]", ">= 1"),
        ("histogram", {"zeros": 0, "bins": [[-1075, 1]]}, "$.histogram.bins[0][0]", ">= -1074"),
        ("histogram", {"zeros": 0, "bins": [[1025, 1]]}, "$.histogram.bins", "at most 1024"),
        ("histogram", {"zeros": 0, "bins": [[1, 1], [1, 1]]}, "$.histogram.bins", "increasing"),
        ("histogram", {"zeros": 1, "bins": [[1, 2]]}, "$.histogram", "at most 2 elements"),
        ("envelope", {"points": [[1, 2, 3]], "slack": 0}, "$.envelope.points[0]", "a list of two"),
        ("envelope", {"points": [[1, 2], [2, 1]], "slack": 0}, "$.envelope.points", "increasing"),
        ("envelope", {"points": [["inf", 2]], "slack": 0}, "$.envelope.points[0][0]", "a number"),
        ("envelope", {"points": [], "slack": -1}, "$.envelope.slack", ">= 0"),
    ],
)
def test_a_value_that_was_never_written_is_an_error(
    key: str, value: Any, where: str, expected: str
) -> None:
    with pytest.raises(SavedMetricsError) as error:
        Metrics.from_dict({**saved(), key: value})
    assert error.value.where == where
    assert expected in error.value.expected


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        ("bool", 1, "true or false"),
        ("int8", 1.0, "a whole number >= -9223372036854775808"),
        ("complex64", 1.0, "an object"),
        ("float16", True, "a number"),
        ("float16", 1e30, "a value that float16 holds"),
        ("bfloat16", 0.1, "a value that bfloat16 holds"),
        ("int8", 128, "a value that int8 holds"),
        ("uint8", -1, "a value that uint8 holds"),
        ("complex64", {"real": 1e300, "imag": 0.0}, "a value that complex64 holds"),
    ],
)
def test_elements_are_of_their_dtype(dtype: str, value: Any, expected: str) -> None:
    base = np.zeros(2, dtype_named(dtype))
    data = measure(base, np.ones(2, base.dtype), tolerance=Tolerance(0, 0)).to_dict()
    data["worst"]["raw"] = value
    with pytest.raises(SavedMetricsError) as error:
        Metrics.from_dict(data)
    assert (error.value.where, error.value.expected) == ("$.worst.raw", expected)
