"""What the page is given: everything it shows, in columns."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from padiff.compare.measure import measure
from padiff.report.alignment import AlignmentReport
from padiff.report.page.data import page_data
from tests.report import cases
from tests.report.build import DEFAULT, floats, report, tensor, unit

from .reports import backward, faulty, paired


def rows(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def texts(data: dict[str, Any], table: str, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, strings in full."""
    found = rows(data[table])
    return [tuple(data["strings"][row[name]] for name in names) for row in found]


@pytest.mark.parametrize("case", cases.CASES)
def test_it_is_plain_json(case: Callable[[], AlignmentReport]) -> None:
    json.dumps(page_data(case()), allow_nan=False)


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (cases.aligned, "aligned"),
        (cases.forward, "parted"),
        (cases.unexplained, "parted"),
        (cases.notes_only, "empty"),
        (lambda: report([unit("fc", tensor("output"))], unrun=["backward"]), "incomplete"),
    ],
)
def test_the_outcome(case: Callable[[], AlignmentReport], outcome: str) -> None:
    assert page_data(case())["about"]["outcome"] == outcome


def test_trees_with_their_pairing() -> None:
    data = page_data(paired())
    assert texts(data, "base", "path", "class", "kind", "by") == [
        ("", "A", "", "container"),
        ("first", "Linear", "linear", "layer_map"),
        ("second", "Linear", "linear", "layer_map"),
        ("third", "Linear", "linear", "layer_map"),
        ("drop", "Dropout", "", "alone"),
    ]
    assert data["base"]["partner"] == [0, 3, 4, 1, -1]
    assert data["base"]["parent"] == [-1, 0, 0, 0, 0]
    assert data["raw"]["partner"] == [0, 3, -1, 1, 2]
    assert data["raw"]["parent"] == [-1, 0, 0, 2, 2]


def test_trees_of_a_report_that_kept_none_are_made_of_its_layers() -> None:
    data = page_data(faulty())
    assert texts(data, "raw", "path", "class", "by") == [
        ("", "Net", ""),
        ("layers.0", "Linear", ""),
        ("layers.0.ln", "Linear", ""),
        ("layers.1", "Linear", ""),
        ("layers.1.ln", "PaddleNorm", ""),
        ("head", "Linear", ""),
    ]
    assert data["raw"]["parent"] == [-1, 0, 1, 0, 3, 0]
    assert data["raw"]["partner"] == [0, 1, 2, 3, 4, 5]


def test_a_module_never_comes_before_one_around_it() -> None:
    data = page_data(report([unit("a.b.c", tensor("output")), unit("a", tensor("output"))]))
    assert texts(data, "base", "path") == [("",), ("a",), ("a.b.c",)]
    assert data["base"]["parent"] == [-1, 0, 1]


def test_a_unit_with_its_tensors() -> None:
    data = page_data(backward())
    at = rows(data["units"])[10]
    assert at == {
        "base": 2,
        "raw": 2,
        "phase": 1,
        "step": 1,
        "call": 0,
        "source": at["source"],
        "origin": 1,
        "verdict": data["verdicts"].index("wrong"),
        "worst": 0,
        "received": 1,
        "produced": 2,
    }
    before = sum(data["units"][name][i] for name in ("received", "produced") for i in range(10))
    mine = texts(data, "tensors", "name")[before : before + 3]
    assert mine == [("gradient of output",), ("gradient of input args.0",), ("gradient of weight",)]


def test_a_measurement_in_the_digits_that_are_shown() -> None:
    base, raw = floats(1, 2, np.inf, 0.1), floats(1, np.nan, np.inf, 0.2)
    found = measure(base, raw, tolerance=DEFAULT)
    data = page_data(report([unit("fc", tensor("output", found))]))
    [row] = rows(data["metrics"])
    text = data["strings"].__getitem__
    assert [text(row[n]) for n in ("shape", "base_dtype", "at", "base_value", "raw_value")] == [
        "4",
        "float32",
        "1",
        "2.0",
        "nan",
    ]
    assert (row["max_abs"], row["out"], row["most"], row["differences"]) == (0.1, 2, 0, 1)
    assert (row["base_nonfinite"], row["raw_nonfinite"]) == ((0, 1, 0), (1, 1, 0))
    assert rows(data["tolerances"]) == [{"atol": 1e-05, "rtol": 1.3e-06, "mode": "strict"}]


def test_the_atol_that_would_do_is_rounded_up() -> None:
    data = page_data(report([unit("fc", tensor("output", 0.123456))]))
    [atol] = data["metrics"]["atol"]
    assert 0.123456 - 1.3e-6 < atol <= 0.124


def test_one_rounding_is_half_a_unit_in_the_last_place_of_what_base_typically_is() -> None:
    data = page_data(report([unit("fc", tensor("output", 0.5))]))
    assert data["metrics"]["rounding"] == [pytest.approx(2.0**-24, rel=1e-2)]


def test_what_does_not_round_has_no_rounding() -> None:
    counts = np.arange(3)
    found = measure(counts, counts, tolerance=DEFAULT)
    data = page_data(report([unit("fc", tensor("output", found))]))
    assert data["metrics"]["rounding"] == [0]


def test_equal_measurements_are_there_once() -> None:
    data = page_data(report([unit(f"fc{i}", tensor("output", 0.5)) for i in range(9)]))
    assert len(data["metrics"]["max_abs"]) == 1
    assert data["tensors"]["metrics"] == [0] * 9


def test_two_shapes() -> None:
    data = page_data(cases.shapes())
    assert data["tensors"]["unlike"] == [0]
    assert rows(data["unlike"]) == [
        {
            "reason": "shape",
            "base_shape": "2, 3",
            "raw_shape": "3, 2",
            "base_dtype": "float64",
            "raw_dtype": "float64",
        }
    ]


def test_an_origin_with_all_that_is_told_of_it() -> None:
    data = page_data(faulty())
    [told] = data["origins"]
    assert told["unit"] == 4
    assert (told["base"], told["raw"], told["phase"], told["meaning"]) == (4, 4, 0, "layer")
    assert told["hints"] == [{"kind": "epsilon", "text": "with epsilon=1e-05 in raw the two agree"}]
    assert told["findings"] == [0]
    assert told["source"] == "model.py:12"
    assert data["strings"][told["tensor"]["name"]] == "output"
    assert told["tensor"]["floor"] == 9.54e-07


def test_the_loss_is_shown_at_the_model_and_is_no_kind_of_layer() -> None:
    data = page_data(cases.loss())
    [told] = data["origins"]
    assert (told["unit"], told["base"], told["meaning"]) == (2, 0, "loss")
    assert texts(data, "base", "path", "kind") == [("", ""), ("fc", "")]


def test_the_optimizer_is_no_unit() -> None:
    [told] = page_data(cases.optimizer())["origins"]
    assert (told["unit"], told["base"], told["meaning"]) == (-1, 0, "optimizer")


def test_code_between_layers_names_them_and_the_layer_that_holds_the_tensor() -> None:
    data = page_data(cases.glue())
    [told] = data["origins"]
    assert told["between"] == ("block.fc1", "block.fc2")
    assert texts(data, "base", "path")[told["holder"]] == ("block.fc2",)


def test_a_finding_only_an_origin_has_is_there_too() -> None:
    data = page_data(cases.many())
    assert len(data["findings"]["rule"]) == 7
    assert data["origins"][0]["findings"] == list(range(7))


def test_the_extents() -> None:
    forward, update = page_data(backward())["extents"]
    assert forward == {
        "phase": 0,
        "layers": 3,
        "tensors": 6,
        "largest": -1,
        "origins": 0,
        "inheriting": 0,
        "agreeing": 3,
    }
    assert (update["origins"], update["inheriting"], update["agreeing"]) == (1, 1, 1)
    assert update["largest"] == 10


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ((0, 0, 0), (3,)),
        ((0, 0.5, 0.75), (1, -1, 2)),
        ((0.125, 1, 1.5), (0, -3, 1, 0, 0, 2)),
    ],
)
def test_errors_by_power_of_two(errors: tuple[float, ...], expected: tuple[int, ...]) -> None:
    base = floats(0, 0, 0)
    found = measure(base, floats(*errors), tolerance=DEFAULT, detail=True)
    data = page_data(report([unit("fc", tensor("output", found))]))
    assert data["metrics"]["histogram"] == [expected]


def test_errors_nobody_counted() -> None:
    data = page_data(report([unit("fc", tensor("output", 0.5))]))
    assert data["metrics"]["histogram"] == [0]
