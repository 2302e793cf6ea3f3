"""Recording a training loop: which steps there are, and where each begins and ends."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import padiff
from padiff.errors import TraceError
from padiff.trace.trace import Trace
from tests.trace.recording import Recording, paths_of, values_of

__all__ = ["TrainingLaws"]

CALLED = ["", "fc", "norm", "relu", "head"]


class TrainingLaws(Recording):
    @pytest.mark.parametrize("watched", [True, False])
    def test_every_call_of_every_step_is_there(self, tmp_path: Path, watched: bool) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        trace = self.recorded(
            model,
            tmp_path / "t",
            lambda: self.train(model, optimizer, 3),
            steps=3,
            optimizer=optimizer if watched else None,
        )
        assert [step.number for step in trace.steps] == [0, 1, 2]
        for number, step in enumerate(trace.steps):
            assert paths_of(trace, step) == CALLED
            assert [call.parent for call in step.calls] == [-1, 0, 0, 0, 0]
            assert step.backward
            given = values_of(trace, step.calls[0], "inputs", "args.0")
            assert np.array_equal(given, self.native.noise(5, 4, seed=number))

    def test_it_stops_by_itself_and_the_program_goes_on(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        with padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer) as session:
            self.train(model, optimizer, 1)
            assert (session.done, session.recorded) == (False, 1)
            assert not (tmp_path / "t").exists()
            self.train(model, optimizer, 1)
            assert (session.done, session.recorded) == (True, 2)
            assert len(Trace(tmp_path / "t").steps) == 2
            self.train(model, optimizer, 2)
        assert len(Trace(tmp_path / "t").steps) == 2

    def test_without_an_optimizer_it_stops_when_the_model_is_called_again(
        self, tmp_path: Path
    ) -> None:
        model = self.net()
        with padiff.record(model, tmp_path / "t", steps=2) as session:
            for number in range(2):
                self.loss(model, number)
                assert session.recorded == number
            self.loss(model)
            assert session.done
            assert len(Trace(tmp_path / "t").steps) == 2

    def test_two_recordings_at_once(self, tmp_path: Path) -> None:
        losses = []
        for recorded in (False, True):
            model = self.net()
            optimizer = self.native.momentum(model.parameters())
            if recorded:
                with (
                    padiff.record(model, tmp_path / "all", steps=2, optimizer=optimizer),
                    padiff.record(model.head, tmp_path / "head", steps=2),
                ):
                    losses.append(self.train(model, optimizer, 3))
            else:
                losses.append(self.train(model, optimizer, 3))
        assert losses[0] == losses[1]
        whole, head = Trace(tmp_path / "all"), Trace(tmp_path / "head")
        for one, other in zip(whole.steps, head.steps, strict=True):
            (call,) = other.calls
            for place in ("inputs", "outputs", "input_gradients", "output_gradients"):
                (slot,) = getattr(call, place)
                assert np.array_equal(
                    values_of(whole, one.calls[-1], place, slot), values_of(head, call, place, slot)
                ), place

    @pytest.mark.parametrize("watched", [True, False])
    def test_every_nth_step(self, tmp_path: Path, watched: bool) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        trace = self.recorded(
            model,
            tmp_path / "t",
            lambda: self.train(model, optimizer, 9),
            steps=2,
            every=3,
            optimizer=optimizer if watched else None,
        )
        assert [step.number for step in trace.steps] == [0, 3]
        for step in trace.steps:
            given = values_of(trace, step.calls[0], "inputs", "args.0")
            assert np.array_equal(given, self.native.noise(5, 4, seed=step.number))

    def test_a_run_that_ends_early_leaves_the_steps_it_made(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            self.train(model, optimizer, 2)
            self.loss(model)  # no step: the optimizer makes none

        trace = self.recorded(model, tmp_path / "t", run, steps=9, optimizer=optimizer)
        assert len(trace.steps) == 2
        trace = self.recorded(model, tmp_path / "t", run, steps=9)
        assert len(trace.steps) == 3
        assert [step.backward for step in trace.steps] == [True, True, False]

    def test_several_calls_before_the_optimizer_steps_are_one_step(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            for number in range(3):
                self.native.backward(self.loss(model, number))
            optimizer.step()

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        (step,) = trace.steps
        assert paths_of(trace, step) == CALLED * 3
        assert [call.parent for call in step.calls] == [
            p for i in (0, 5, 10) for p in [-1, *[i] * 4]
        ]
        roots = [call for call in step.calls if call.parent < 0]
        assert all(call.output_gradients for call in roots)
        for number, call in enumerate(roots):
            given = values_of(trace, call, "inputs", "args.0")
            assert np.array_equal(given, self.native.noise(5, 4, seed=number))

    def test_one_backward_pass_after_several_calls(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            self.native.backward(self.loss(model, 0) + self.loss(model, 1))
            optimizer.step()

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        (step,) = trace.steps
        assert all(call.output_gradients for call in step.calls)
        with pytest.warns(UserWarning, match="came after their steps were over") as warned:
            trace = self.recorded(model, tmp_path / "t", run, steps=2)
        (ours,) = (each for each in warned if "steps were over" in str(each.message))
        assert re.fullmatch(
            r"\d+ gradients came after their steps were over, and are not in the trace: without "
            r"optimizer=, a step ends when the model is called again\.",
            str(ours.message),
        )
        assert ours.filename.endswith("recording.py")  # who has the `with`
        assert [step.backward for step in trace.steps] == [False, True]

    def test_parts_called_from_outside_belong_to_the_step_they_fall_into(
        self, tmp_path: Path
    ) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            hidden = model.fc(self.batch())
            self.native.backward((model.head(hidden) ** 2).sum())
            optimizer.step()

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        (step,) = trace.steps
        assert paths_of(trace, step) == ["fc", "head"]
        assert [call.parent for call in step.calls] == [-1, -1]
        assert all(call.arguments for call in step.calls)
        assert [sorted(step.gradients), step.backward] == [
            ["1/bias", "1/weight", "4/bias", "4/weight"],
            True,
        ]

        def twice() -> None:
            run()
            run()

        trace = self.recorded(model, tmp_path / "t", twice)
        (step,) = trace.steps
        assert paths_of(trace, step) == ["fc", "head", "fc", "head"]

    def test_a_call_in_the_mode_of_use_records_no_backward_pass(self, tmp_path: Path) -> None:
        model = self.net()
        model.eval()
        with self.native.not_recording():
            trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()))
        (step,) = trace.steps
        assert paths_of(trace, step) == CALLED
        assert (step.backward, step.gradients, step.updated) == (False, {}, {})
        assert [entry.training for entry in trace.index.modules] == [False] * 5
        assert not any(call.output_gradients or call.input_gradients for call in step.calls)

    def test_a_call_that_raised_and_was_made_again_is_there_once(self, tmp_path: Path) -> None:
        native = self.native
        failures = [True, False]

        def forward(self: Any, x: Any) -> Any:
            hidden = self.inner(x)
            if failures.pop(0):
                raise MemoryError
            return hidden

        model = native.module(forward, inner=native.linear(4, 3))
        optimizer = native.momentum(model.parameters())

        def run(optimizer: Any) -> None:
            failures[:] = [True, False]
            with pytest.raises(MemoryError):
                model(self.batch(0))
            native.backward(model(self.batch(1)).sum())
            optimizer.step()

        for watched in (optimizer, None):
            trace = self.recorded(model, tmp_path / "t", lambda: run(optimizer), optimizer=watched)
            (step,) = trace.steps
            assert paths_of(trace, step) == ["", "inner"]
            given = values_of(trace, step.calls[0], "inputs", "args.0")
            assert np.array_equal(given, native.noise(5, 4, seed=1))

    def test_a_call_within_that_raised_and_was_caught_stays(self, tmp_path: Path) -> None:
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            try:
                return self.bad(x)
            except ZeroDivisionError:
                return self.good(x)

        def fail(_: Any, x: Any) -> Any:
            raise ZeroDivisionError(x)

        model = native.module(forward, bad=native.module(fail), good=native.linear(4, 3))
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()))
        (step,) = trace.steps
        assert paths_of(trace, step) == ["", "bad", "good"]
        assert [bool(call.outputs) for call in step.calls] == [True, False, True]
        assert [call.parent for call in step.calls] == [-1, 0, 0]

    def test_a_run_that_was_interrupted_and_goes_on_is_recorded_from_there(
        self, tmp_path: Path
    ) -> None:
        native = self.native
        interrupts = [True]

        def forward(self: Any, x: Any) -> Any:
            if interrupts:
                interrupts.pop()
                raise KeyboardInterrupt
            return self.inner(x)

        model = native.module(forward, inner=native.linear(4, 3))

        def run() -> None:
            with pytest.raises(KeyboardInterrupt):
                model(self.batch(0))
            for number in (1, 2, 3):
                model(self.batch(number))

        trace = self.recorded(model, tmp_path / "t", run, steps=2)
        assert [paths_of(trace, step) for step in trace.steps] == [["", "inner"]] * 2
        assert [call.parent for call in trace.steps[0].calls] == [-1, 0]

    def test_a_recursive_module_is_no_interrupted_one(self, tmp_path: Path) -> None:
        native = self.native

        def forward(self: Any, x: Any, depth: int) -> Any:
            return self.inner(self(x, depth - 1) if depth else x)

        model = native.module(forward, inner=native.linear(4, 4))
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch(), 2))
        (step,) = trace.steps
        assert paths_of(trace, step) == ["", "", "", "inner", "inner", "inner"]
        assert [call.parent for call in step.calls] == [-1, 0, 1, 2, 1, 0]

    def test_an_optimizer_that_steps_without_a_call_makes_no_step(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            optimizer.step()
            self.train(model, optimizer, 1)

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        assert [paths_of(trace, step) for step in trace.steps] == [CALLED]
        with (
            pytest.raises(TraceError) as caught,
            padiff.record(model, tmp_path / "u", optimizer=optimizer),
        ):
            optimizer.step()
        assert str(caught.value) == (
            "Nothing was recorded.\n"
            "  where:    Module\n"
            "  got:      the model was not called, its optimizer stepped once\n"
            "  expected: at least one step inside the block\n"
            "  hint:     what was exported calls no hooks: record the model it was made from"
        )

    def test_a_model_that_is_called_and_not_stepped_makes_no_step(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        with (
            pytest.raises(TraceError) as caught,
            padiff.record(model, tmp_path / "t", optimizer=optimizer),
        ):
            model(self.batch())
        assert str(caught.value) == (
            "Nothing was recorded.\n"
            "  where:    Module\n"
            "  got:      the model was called, its optimizer did not step\n"
            "  expected: at least one step inside the block"
        )

    def test_it_is_said_how_often_an_optimizer_stepped_in_vain(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        with pytest.raises(TraceError) as caught:
            self.recorded(
                model,
                tmp_path / "t",
                lambda: [optimizer.step() for _ in range(2)],
                optimizer=optimizer,
            )
        assert caught.value.got == "the model was not called, its optimizer stepped 2 times"
