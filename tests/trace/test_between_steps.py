"""What one step leaves to the next, and what it must not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import padiff
from padiff import Trace
from padiff.protocols import Array
from padiff.trace.index import StepEntry
from tests.align.nets import Net

X = torch.linspace(-1, 1, 12).reshape(3, 4)


def model() -> torch.nn.Linear:
    torch.manual_seed(0)
    return torch.nn.Linear(4, 2)


def sgd(module: torch.nn.Module, rate: float = 0.5) -> torch.optim.SGD:
    return torch.optim.SGD(module.parameters(), lr=rate)


def run_backward(module: torch.nn.Module, factor: float) -> None:
    torch.autograd.backward([module(X * factor).square().sum()])


def gradient(trace: Trace, step: StepEntry) -> Array:
    return trace.tensor(step.gradients["0/weight"])


def expected(factor: float) -> Array:
    """The gradient of one pass through a fresh model."""
    module = model()
    run_backward(module, factor)
    assert module.weight.grad is not None
    return module.weight.grad.numpy()


def test_without_an_optimizer_each_step_has_its_own_gradients(tmp_path: Path) -> None:
    module = model()
    with padiff.record(module, tmp_path / "t", steps=3, every=2):
        for factor in range(1, 7):
            run_backward(module, factor)
    trace = Trace(tmp_path / "t")
    for step, factor in zip(trace.steps, (1, 3, 5), strict=True):
        assert np.array_equal(gradient(trace, step), expected(factor)), factor


def test_without_an_optimizer_the_passes_of_one_step_add_up(tmp_path: Path) -> None:
    module = model()
    with padiff.record(module, tmp_path / "t"):
        loss = module(X).square().sum()
        for keep in (True, True, False):
            torch.autograd.backward([loss], retain_graph=keep)
    trace = Trace(tmp_path / "t")
    assert np.allclose(gradient(trace, trace.steps[0]), 3 * expected(1), rtol=1e-6)


def test_what_was_changed_by_hand_before_one_step_is_not_what_the_next_begins_with(
    tmp_path: Path,
) -> None:
    module = model()
    optimizer = sgd(module)
    began: list[Array] = []
    with padiff.record(module, tmp_path / "t", steps=3, optimizer=optimizer):
        for number in range(3):
            if number == 1:
                torch.nn.init.ones_(module.weight)
            began.append(module.weight.detach().numpy().copy())
            run_backward(module, 0.1)
            optimizer.step()
    trace = Trace(tmp_path / "t")
    for number, values in enumerate(began):
        trace.begin(number)
        assert np.array_equal(trace.model().handle().state().open("weight"), values), number


class Clearing(torch.optim.SGD):
    """Clears the gradients once it has used them."""

    def step(self, closure: Any = None) -> Any:
        super().step(closure)
        self.zero_grad()


def test_gradients_are_those_the_optimizer_finds_not_those_it_leaves(tmp_path: Path) -> None:
    module = model()
    optimizer = Clearing(module.parameters(), lr=0.5)
    with padiff.record(module, tmp_path / "t", optimizer=optimizer):
        run_backward(module, 1)
        optimizer.step()
    trace = Trace(tmp_path / "t")
    assert np.array_equal(gradient(trace, trace.steps[0]), expected(1))


class Probing(torch.optim.SGD):
    """Calls a model while it steps, and takes no gradient."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__(module.parameters(), lr=0.5)
        self.modules = [module]

    def step(self, closure: Any = None) -> Any:
        with torch.no_grad():
            self.modules[0](X)
        return super().step(closure)


def test_buffers_that_change_while_the_optimizer_steps_are_noted(tmp_path: Path) -> None:
    module = torch.nn.BatchNorm1d(4)
    optimizer = Probing(module)
    with padiff.record(module, tmp_path / "t", optimizer=optimizer):
        optimizer.step()
    (step,) = Trace(tmp_path / "t").steps
    assert "0/running_mean" in step.buffers


class TestRounding:
    def test_each_step_is_measured_with_the_weights_it_had(self, tmp_path: Path) -> None:
        module = model()
        optimizer = sgd(module)
        with padiff.record(module, tmp_path / "t", steps=3, optimizer=optimizer, rounding=True):
            for _ in range(3):
                optimizer.zero_grad()
                run_backward(module, 1)
                optimizer.step()
        for step in Trace(tmp_path / "t").steps:
            assert 0 < step.calls[0].floors["output/"].max_abs < 1e-4
            assert 0 < step.floors["0/weight"].max_abs < 1e-3

    def test_modes_are_those_of_the_call(self, tmp_path: Path) -> None:
        module = torch.nn.BatchNorm1d(4)
        with padiff.record(module, tmp_path / "t", rounding=True):
            module.eval()
            module(X)
        (step,) = Trace(tmp_path / "t").steps
        assert step.calls[0].floors["output/"].max_abs < 1e-4

    def test_a_call_made_again_after_the_weights_were_changed(self, tmp_path: Path) -> None:
        failures = [True]

        def run(self: Any, x: torch.Tensor) -> torch.Tensor:
            result: torch.Tensor = self.layer(x)
            if failures:
                failures.pop()
                raise MemoryError
            return result

        module = Net(run, layer=model())
        with padiff.record(module, tmp_path / "t", rounding=True):
            with pytest.raises(MemoryError):
                module(X)
            torch.nn.init.ones_(module.layer.weight)
            module(X)
        (step,) = Trace(tmp_path / "t").steps
        assert step.calls[0].floors["output/"].max_abs < 1e-4

    def test_a_step_that_could_not_be_measured_as_a_whole_has_no_floors(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError("no room")

        monkeypatch.setattr("padiff.trace.rounding.Rounding.gradient", fail)
        module = model()
        with padiff.record(module, tmp_path / "t", rounding=True):
            run_backward(module, 1)
        trace = Trace(tmp_path / "t")
        assert set(trace.index.notes) == {
            "step 0 could not run in float64: ZeroDivisionError: no room"
        }
        assert not any(call.floors for call in trace.steps[0].calls)


def test_a_recording_that_failed_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("padiff.trace.writer.TraceWriter.put", fail)
    module = model()
    done: list[bool] = []

    def run() -> None:
        with padiff.record(module, tmp_path / "t", steps=9) as session:
            done.append(session.done)
            module(X)
            done.append(session.done)

    with pytest.raises(padiff.errors.TraceError, match="The recording failed"):
        run()
    assert done == [False, True]


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What runs within is run as by a process that was forked off."""

    def run(act: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            act()

    return run


def steps_of(trace: Trace) -> Iterator[tuple[int, int, bool]]:
    return ((step.number, len(step.calls), step.backward) for step in trace.steps)


class TestForked:
    def test_calls_and_their_gradients_are_not_recorded(self, tmp_path: Path, forked: Any) -> None:
        module = model()

        def work() -> None:
            for _ in range(4):
                run_backward(module, 7)

        with padiff.record(module, tmp_path / "t", steps=2):
            run_backward(module, 1)
            forked(work)
            run_backward(module, 2)
            forked(work)
        trace = Trace(tmp_path / "t")
        assert list(steps_of(trace)) == [(0, 1, True), (1, 1, True)]
        for step, factor in zip(trace.steps, (1, 2), strict=True):
            assert np.array_equal(gradient(trace, step), expected(factor)), factor

    def test_the_backward_pass_of_a_call_that_was_recorded(
        self, tmp_path: Path, forked: Any
    ) -> None:
        module = model()
        with padiff.record(module, tmp_path / "t"):
            loss = module(X).square().sum()
            forked(lambda: torch.autograd.backward([loss]))
        assert list(steps_of(Trace(tmp_path / "t"))) == [(0, 1, False)]

    def test_the_optimizer(self, tmp_path: Path, forked: Any) -> None:
        module = model()
        optimizer = sgd(module)
        with padiff.record(module, tmp_path / "t", steps=2, optimizer=optimizer):
            for _ in range(2):
                optimizer.zero_grad()
                run_backward(module, 1)
                forked(optimizer.step)
                before = module.weight.detach().numpy().copy()
                optimizer.step()
        trace = Trace(tmp_path / "t")
        assert list(steps_of(trace)) == [(0, 1, True), (1, 1, True)]
        assert not np.array_equal(trace.tensor(trace.steps[1].updated["0/weight"]), before)
