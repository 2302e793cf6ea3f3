"""PaDiff never cleared the report of forward-only calls: each compared all earlier ones again."""

from __future__ import annotations

from pathlib import Path

import torch

import padiff
from tests.align.nets import chain, twin, values

X = values(2, 4)


def test_a_call_is_not_held_against_an_earlier_one() -> None:
    base = chain(4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 1
    models = padiff.create_model(base), padiff.create_model(raw)
    options = {"auto_init": False, "diff_phase": "forward"}
    assert padiff.auto_diff(*models, (X, X), **options) is False  # type: ignore[arg-type]
    with torch.no_grad():
        raw.a.bias -= 1
    assert padiff.auto_diff(*models, (X, X), **options) is True  # type: ignore[arg-type]
    reports = [padiff.align(*models, X, phase="forward") for _ in range(3)]
    assert len({len(report.units) for report in reports}) == 1


def test_a_dump_holds_no_call_of_auto_diff(tmp_path: Path) -> None:
    model = padiff.create_model(chain(4, 4))
    padiff.auto_diff(model, chain(4, 4), (X, X))
    model(torch.tensor(X))
    model.try_dump(tmp_path)
    calls = padiff.Trace(tmp_path / "report").steps[0].calls
    assert [call.module for call in calls] == [0, 1]
