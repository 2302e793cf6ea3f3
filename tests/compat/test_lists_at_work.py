"""What is on a list is neither recorded nor compared, and whoever reads the outcome is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from tests.align.nets import Net, chain, twin

X = torch.linspace(-1, 1, 8).reshape(2, 4)


def off_at_b() -> tuple[Any, Any]:
    """A pair that differs at layer `b`, and from there on."""
    base = chain(4, 4, 4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.b.weight += 1
    return padiff.create_model(base), padiff.create_model(raw)


def compared(report: padiff.AlignmentReport) -> set[str]:
    return {unit.base_path for unit in report.units}


def test_align_compares_what_is_on_neither_list() -> None:
    base, raw = off_at_b()
    base.update_black_list(base.model.b)
    report = padiff.align(base, raw, X)
    assert not report
    assert compared(report) == {"", "a", "c"}
    assert "Of base, all but the black list (b with all within) is compared." in report.notes


def test_raws_list_counts_as_bases_does() -> None:
    base, raw = off_at_b()
    raw.update_white_list(raw.model.a)
    report = padiff.align(base, raw, X)
    assert compared(report) == {"", "a"}
    assert "Of raw, only the white list (a) is compared." in report.notes


def test_the_origin_is_sought_among_the_others() -> None:
    base, raw = off_at_b()
    assert padiff.align(base, raw, X).origins[0].base_path == "b"
    raw.update_black_list(raw.model.b)
    assert padiff.align(base, raw, X).origins[0].base_path == ""


def test_auto_diff_heeds_them(capsys: pytest.CaptureFixture[str]) -> None:
    base = Net(
        lambda self, x: self.a(x) + 0 * self.b(x).sum(), **dict(chain(4, 4, 4).named_children())
    )
    raw = twin(base)
    with torch.no_grad():
        raw.b.weight += 1
    models = padiff.create_model(base), padiff.create_model(raw)
    assert padiff.auto_diff(*models, (X, X), auto_init=False) is False
    for model in models:
        model.update_black_list(model.model.b)
    assert padiff.auto_diff(*models, (X, X), auto_init=False) is True
    assert "part in" in capsys.readouterr().out


def test_a_transfer_goes_past_them() -> None:
    base, raw = off_at_b()
    base.update_black_list(base.model.b)
    padiff.assign_weight(base, raw)
    assert torch.equal(base.model.b.weight, raw.model.b.weight)


def test_record_heeds_them(tmp_path: Path) -> None:
    base, _ = off_at_b()
    base.update_white_list([base.model.a, base.model.c])
    with padiff.record(base, tmp_path / "trace"):
        base.model(X)
    trace = padiff.Trace(tmp_path / "trace")
    called = [trace.index.modules[call.module].path for call in trace.steps[0].calls]
    assert called == ["", "a", "c"]
    assert trace.index.limits == ("only the white list (a, c)",)


def test_dumps_heed_them(tmp_path: Path) -> None:
    base, _ = off_at_b()
    base.update_black_list(base.model.b)
    base.backward(base(X).sum())
    base.try_dump(tmp_path)
    report, params = (padiff.Trace(tmp_path / kind) for kind in ("report", "params"))
    called = {report.index.modules[call.module].path for call in report.steps[0].calls}
    assert called == {"", "a", "c"}
    held = {params.index.modules[int(key.partition("/")[0])].path for key in params.index.initial}
    brought = {key.partition("/")[0] for key in params.steps[0].gradients}
    assert held == {"a", "c"}
    assert len(brought) == 2
    limits = ("all but the black list (b with all within)",)
    assert report.index.limits == params.index.limits == limits


def test_a_list_made_after_the_call_does_not_change_what_was_noted(tmp_path: Path) -> None:
    base, _ = off_at_b()
    base(X)
    base.update_black_list(base.model.b)
    base.dump_report(tmp_path)
    assert padiff.Trace(tmp_path / "report").index.limits == ()
