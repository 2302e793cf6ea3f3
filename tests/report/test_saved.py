from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from padiff.report.alignment import AlignmentReport

from . import cases


@pytest.mark.parametrize("case", cases.CASES)
def test_every_report_is_plain_json(case: Callable[[], AlignmentReport]) -> None:
    saved = case().to_dict()
    assert json.loads(json.dumps(saved, allow_nan=False)) == saved


@pytest.mark.parametrize(
    ("case", "verdicts"),
    [
        (cases.suspicious, ["suspicious"]),
        (cases.shapes, ["wrong"]),
        (
            cases.aligned,
            [*["within"] * 2, None, "within", "identical", "identical", "within", "identical"],
        ),
    ],
)
def test_verdicts_are_kept_whatever_they_are(
    case: Callable[[], AlignmentReport], verdicts: list[str | None]
) -> None:
    units = case().to_dict()["units"]
    assert [tensor["verdict"] for unit in units for tensor in unit["produced"]] == verdicts


def test_an_origin_in_full() -> None:
    report = cases.forward()
    [saved] = report.to_dict()["origins"]
    [finding] = report.origins[0].findings
    assert report.origins[0].metrics is not None
    assert saved == {
        "base_path": "encoder.1.norm",
        "raw_path": "layers.1.ln",
        "base_class": "LayerNorm",
        "raw_class": "PaddleNorm",
        "phase": "forward",
        "step": 0,
        "call": 0,
        "metrics": report.origins[0].metrics.to_dict(),
        "verdict": "wrong",
        "what": "output",
        "source": "model.py:12",
        "findings": [finding.to_dict()],
        "hints": [{"kind": "epsilon", "text": "with epsilon=1e-05 in raw the two agree"}],
        "between": None,
    }


def test_a_place_between_layers_and_a_tensor_that_one_side_lacks() -> None:
    [between] = cases.glue().to_dict()["origins"]
    assert between["between"] == ["block.fc1", "block.fc2"]
    [missing] = cases.missing().to_dict()["origins"]
    assert missing["metrics"] is None
