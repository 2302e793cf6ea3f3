"""PaDiff kept a call's tolerances for all later calls."""

from __future__ import annotations

from pathlib import Path

import torch

import padiff
from padiff.checker import check_params, check_report
from tests.align.nets import chain, twin, values

X = values(2, 4)


def test_they_hold_for_one_call(tmp_path: Path) -> None:
    base = chain(4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 1
    assert padiff.auto_diff(base, raw, (X, X), auto_init=False, atol=100.0) is True
    assert padiff.auto_diff(base, raw, (X, X), auto_init=False) is False
    for side, model in (("base", base), ("raw", raw)):
        proxy = padiff.create_model(model)
        proxy(torch.tensor(X))
        proxy.try_dump(tmp_path / side)
    for check in (check_report, check_params):
        assert check(tmp_path / "base", tmp_path / "raw", cfg={"atol": 100.0}) is True
        assert check(tmp_path / "base", tmp_path / "raw") is False
