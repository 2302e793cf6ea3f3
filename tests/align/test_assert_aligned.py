"""`padiff.testing.assert_aligned` is `align`, or `compare_traces`, that fails."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from typing_extensions import assert_type

import padiff
import padiff.testing
from padiff.errors import UsageError
from padiff.testing import assert_aligned
from tests.align.nets import chain, twin, values

X = values(3, 4)


def test_it_returns_the_report() -> None:
    base = chain(4, 4)
    report = assert_aligned(base, twin(base), X, steps=2)
    assert_type(report, padiff.AlignmentReport)
    assert report.steps == 2


def test_it_fails_with_the_report() -> None:
    base = chain(4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.a.weight.mul_(2)
    with pytest.raises(AssertionError) as caught:
        assert_aligned(base, raw, X, phase="forward")
    assert str(caught.value) == str(padiff.align(base, raw, X, phase="forward"))


def test_two_traces_are_compared(tmp_path: Path) -> None:
    base = chain(4, 4)
    raw = twin(base)
    with torch.no_grad():
        raw.a.weight.mul_(2)
    for name, model in (("base", base), ("raw", raw)):
        with padiff.record(model, tmp_path / name):
            model(torch.from_numpy(X))
    assert assert_aligned(padiff.Trace(tmp_path / "base"), tmp_path / "base", phase="forward")
    with pytest.raises(AssertionError) as caught:
        assert_aligned(tmp_path / "base", tmp_path / "raw")
    assert str(caught.value) == str(padiff.compare_traces(tmp_path / "base", tmp_path / "raw"))


def test_errors_pass() -> None:
    with pytest.raises(UsageError):
        assert_aligned(chain(4, 4), chain(4, 4), X, steps=0)


def test_it_is_called_like_align() -> None:
    assert inspect.signature(assert_aligned) == inspect.signature(padiff.align)
    assert assert_aligned.__name__ == "assert_aligned"


def test_it_is_not_in_the_traceback() -> None:
    base = chain(4, 4)
    with pytest.raises(AssertionError) as caught:
        assert_aligned(base, chain(4, 4), X, loss=(torch.sum, torch.mean))
    hidden = [entry.frame.f_locals.get("__tracebackhide__") for entry in caught.traceback]
    assert hidden[-2:] == [True, True]


@pytest.mark.parametrize("name", ["AdapterContract", "LayoutContract", "deviation"])
def test_what_needs_pytest_is_there_when_asked_for(name: str) -> None:
    assert name in padiff.testing.__all__
    assert getattr(padiff.testing, name).__name__ == name


def test_what_is_not_there() -> None:
    with pytest.raises(AttributeError) as caught:
        padiff.testing.assert_alined  # type: ignore[attr-defined] # noqa: B018 - it is not there
    assert str(caught.value) == "module 'padiff.testing' has no attribute 'assert_alined'"


if TYPE_CHECKING:
    assert_aligned(0, 0, 0, stepz=1)  # type: ignore[call-arg]
    assert_aligned(0, 0, 0, steps="1")  # type: ignore[arg-type]
