"""Measuring goes on beside a run, and must not see what the run does to its tensors later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import padiff
from padiff.aligning import beside
from padiff.aligning.beside import Beside
from padiff.aligning.comparison import Comparison, Gauge
from padiff.compare import Tolerances
from padiff.errors import RunError, UsageError
from padiff.protocols import Array
from tests.align.nets import Net, twin

LARGE = np.ones(1 << 16, np.float32)
PATHS = ("a", "a")


class Held(Gauge):
    """Measures nothing before it may."""

    def __init__(self) -> None:
        super().__init__(Tolerances())
        self.may = threading.Event()
        self.threads: set[str] = set()

    def measure(self, *args: Any) -> None:
        self.may.wait()
        self.threads.add(threading.current_thread().name)
        super().measure(*args)


def run(gauge: Held, *raw: Array, overwrites: bool = True) -> list[Comparison]:
    """Compare each with `LARGE`, overwrite it, and only then let it be measured."""
    measuring = Beside(gauge, overwrites=overwrites)
    with measuring.running():
        found = [measuring.compare("output", PATHS, LARGE, values) for values in raw]
        for values in raw:
            np.add(values, 1, out=values)
        gauge.may.set()
    return found


def test_what_is_overwritten_later_is_measured_as_it_was() -> None:
    gauge = Held()
    found = run(gauge, LARGE.copy(), LARGE.copy() + 2)
    assert [comparison.agrees for comparison in found] == [True, False]
    assert threading.current_thread().name not in gauge.threads


def test_what_is_never_overwritten_is_not_copied() -> None:
    found = run(Held(), LARGE.copy(), overwrites=False)
    assert [comparison.agrees for comparison in found] == [False]


def test_small_arrays_are_measured_at_once() -> None:
    gauge = Held()
    gauge.may.set()
    measuring = Beside(gauge, overwrites=True)
    with measuring.running():
        found = measuring.compare("output", PATHS, LARGE[:4], LARGE[:4])
        assert found.agrees
        assert found.measured is not None
    assert gauge.threads == {threading.current_thread().name}


def test_the_same_tensors_again_take_over_the_outcome() -> None:
    gauge = Held()
    measuring = Beside(gauge, overwrites=True)
    agreed: list[str] = []
    with measuring.running():
        known = measuring.compare("output", PATHS, LARGE, LARGE, agreed=lambda: agreed.append("a"))
        again = measuring.again(known, "input", lambda: agreed.append("b"))
        other = measuring.compare("output", PATHS, LARGE, -LARGE, agreed=lambda: agreed.append("c"))
        parted = measuring.again(other, "input", lambda: agreed.append("d"))
        gauge.may.set()
    assert (again.name, again.measured, again.verdict) == ("input", known.measured, known.verdict)
    assert (parted.measured, parted.verdict) == (other.measured, other.verdict)
    assert (again.agrees, parted.agrees, agreed) == (True, False, ["a", "b"])


def test_what_is_measured_is_told_of_during_the_run() -> None:
    gauge, agreed = Held(), [""]
    gauge.may.set()
    measuring = Beside(gauge, overwrites=True)
    with measuring.running():
        measuring.compare("output", PATHS, LARGE, LARGE, agreed=lambda: agreed.append("first"))
        first = measuring._waiting[0].measured
        assert first is not None
        first.result()
        measuring.compare("output", PATHS, LARGE, LARGE)
        assert agreed[-1] == "first"


def test_copies_wait_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_ROOM", 2 * LARGE.nbytes)
    gauge, sizes = Held(), []
    measuring = Beside(gauge, overwrites=True)
    take = measuring._take

    def let_go_on() -> None:
        gauge.may.set()
        take()

    monkeypatch.setattr(measuring, "_take", let_go_on)
    with measuring.running():
        for _ in range(4):
            measuring.compare("output", PATHS, LARGE, LARGE)
            sizes.append(measuring._size)
    assert max(sizes) == 2 * LARGE.nbytes
    assert measuring._size == 0


class Failing(Gauge):
    """Cannot measure."""

    def measure(self, *_: Any) -> None:
        raise UsageError("no")


def test_what_measuring_raises_is_raised() -> None:
    measuring = Beside(Failing(Tolerances()), overwrites=True)
    with pytest.raises(UsageError, match="no"), measuring.running():
        measuring.compare("output", PATHS, LARGE, LARGE)
    assert not measuring_threads()


def faulty_run(act: Callable[[], None]) -> Net:
    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        act()
        return y

    return Net(forward, a=torch.nn.Linear(64, 64))


def fail() -> None:
    raise ValueError("no")


def test_no_thread_is_left_behind() -> None:
    x = np.ones((1024, 64), np.float32)
    base = faulty_run(lambda: None)
    assert padiff.align(base, twin(base), x)
    assert not measuring_threads()
    with pytest.raises(RunError, match="The forward pass of raw raised"):
        padiff.align(base, faulty_run(fail), x)
    assert not measuring_threads()


def measuring_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("padiff-measuring")]


def test_a_layer_whose_output_is_overwritten_at_once() -> None:
    def forward(self: Any, x: Any) -> Any:
        return self.a(x).mul_(2)

    base = Net(forward, a=torch.nn.Linear(64, 64))
    x = np.ones((1024, 64), np.float32)
    report = padiff.align(base, twin(base), x, phase="forward")
    assert report
    assert {unit.base_path for unit in report.units} == {"", "a"}
