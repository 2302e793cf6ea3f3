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

from .drawn import DTYPES, pairs, tolerances


def through_json(data: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return loaded


@settings(max_examples=300, deadline=None)
@given(pair=pairs(DTYPES), tolerance=tolerances())
def test_metrics_survive_json(pair: tuple[Array, Array], tolerance: Tolerance) -> None:
    found = measure(*pair, tolerance=tolerance)
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
    assert repr(Element.from_dict(through_json(data))) == repr(element)


def saved() -> dict[str, Any]:
    found = measure(np.zeros(1), np.ones(1), tolerance=Tolerance(0, 0))
    assert isinstance(found, Metrics)
    return found.to_dict()


def test_a_missing_key_is_an_error() -> None:
    data = saved()
    del data["max_abs"]
    with pytest.raises(SavedMetricsError) as error:
        Metrics.from_dict(data)
    keys = sorted(saved())
    assert str(error.value) == (
        "This is no saved Metrics.\n"
        f"  got:      {', '.join(k for k in keys if k != 'max_abs')}\n"
        f"  expected: {', '.join(keys)}"
    )


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(SavedMetricsError):
        Metrics.from_dict({**saved(), "max": 1})
    with pytest.raises(SavedMetricsError):
        measured_from_dict({"reason": "shape"})
