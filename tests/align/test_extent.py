"""How much is looked at: depth, what is ignored, how much memory is used; unknown options."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import padiff
from padiff.capture.store import Stored
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def nested() -> Net:
    torch.manual_seed(0)
    return Net(
        lambda self, x: self.out(self.body(x)), body=chain(4, 4, 4), out=torch.nn.Linear(4, 2)
    )


def faulty() -> Net:
    raw = nested()
    with torch.no_grad():
        raw.body.b.bias[0] += 1
    return raw


def paths(report: padiff.AlignmentReport) -> set[str]:
    return {unit.base_path for unit in report.units if unit.phase == "forward"}


@pytest.mark.parametrize(
    ("depth", "expected", "origin"),
    [
        (0, {""}, ""),
        (1, {"", "body", "out"}, "body"),
        (2, {"", "body", "out", "body.a", "body.b"}, "body.b"),
        (None, {"", "body", "out", "body.a", "body.b"}, "body.b"),
    ],
)
def test_depth(depth: int | None, expected: set[str], origin: str) -> None:
    assert paths(padiff.align(nested(), nested(), X, depth=depth)) == expected
    report = padiff.align(nested(), faulty(), X, depth=depth)
    assert report.origins[0].raw_path == origin


def test_a_layer_that_is_ignored_is_not_compared() -> None:
    raw = faulty()
    report = padiff.align(nested(), raw, X, ignore=["body.b"])
    assert "body.b" not in paths(report)
    assert not report


def test_an_ignored_layer_without_effect() -> None:
    base = Net(
        lambda self, x: (self.a(x), self.b(x))[0], a=torch.nn.Linear(4, 4), b=torch.nn.Linear(4, 4)
    )
    raw = twin(base)
    with torch.no_grad():
        raw.b.bias += 1
    assert not padiff.align(base, raw, X)
    assert padiff.align(base, raw, X, ignore=["b"])


def test_an_ignore_that_ignores_nothing() -> None:
    with pytest.raises(padiff.PadiffError, match="no_such_layer"):
        padiff.align(nested(), nested(), X, ignore=["no_such_layer"])


def test_memory_spilled_to_disk_gives_the_same_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mapped: list[bool] = []
    load = Stored.load

    def spy(self: Stored) -> Any:
        found = load(self)
        mapped.append(isinstance(found, np.memmap))
        return found

    monkeypatch.setattr(Stored, "load", spy)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    base, raw = nested(), faulty()
    reports = []
    for limit in (None, 0):
        mapped.clear()
        reports.append(padiff.align(base, raw, X, max_memory=limit).to_dict())
        assert set(mapped) == {limit == 0}
    assert reports[0] == reports[1]
    assert list(tmp_path.iterdir()) == []


def test_an_inner_fault_far_below_what_the_output_allows() -> None:
    base = Net(lambda self, x: x + self.a(x) * 1e-9, a=torch.nn.Linear(4, 4))
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 1
    (origin,) = padiff.align(base, raw, X).origins
    assert origin.raw_path == "a"


@pytest.mark.parametrize("name", ["loss_fn", "loss_fns", "compare_mode", "step"])
def test_an_unknown_option(name: str) -> None:
    options: dict[str, Any] = {name: None}
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
        padiff.align(nested(), nested(), X, **options)
