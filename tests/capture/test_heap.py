"""Freed memory goes back to the system where the C library can give it back."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import padiff
from padiff.aligning import runs
from padiff.capture.heap import give_back
from tests.align.nets import chain, twin, values

STATUS = Path("/proc/self/status")


def resident() -> int:
    """Kilobytes of memory the process has."""
    lines = STATUS.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.skipif(
    not STATUS.exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="of this system's C library nothing is known",
)
def test_what_was_freed_below_something_that_stays_goes_back() -> None:
    held = [np.ones(1 << 16, np.uint8) for _ in range(1 << 10)]
    stays = np.ones(1 << 16, np.uint8)
    del held
    before = resident()
    give_back()
    assert before - resident() > 1 << 15
    assert stays.all()


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(ctypes, "CDLL")
    give_back()


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()


def test_a_recorded_base_leaves_nothing_to_give_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runs, "give_back", lambda: pytest.fail("nothing ran"))
    base = chain(4, 4)
    with padiff.record(base, tmp_path / "base"):
        base(torch.tensor(values(2, 4)))
    assert padiff.align(padiff.Trace(tmp_path / "base"), twin(base))


def test_raw_finds_what_base_no_longer_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(runs, "give_back", lambda: told.append("given back"))
    base = chain(4, 4)
    raw = twin(base)
    for side, model in (("base", base), ("raw", raw)):

        def note(_: object, __: object, ___: torch.Tensor, side: str = side) -> None:
            told.append(side)

        model.register_forward_hook(note)
    assert padiff.align(base, raw, values(2, 4))
    assert told == ["base", "given back", "raw"]
