"""A model's own rounding error, measured while it is recorded: beside the run, and never in its way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from padiff.trace.rounding import Rounding
from tests.trace.recording import Recording

__all__ = ["RoundingLaws"]


class RoundingLaws(Recording):
    def dropping(self) -> Any:
        native = self.native
        native.seed(0)
        return native.module(
            lambda self, x: self.head(self.drop(self.fc(x).tanh())),
            fc=native.linear(4, 3),
            drop=native.dropout(0.5),
            head=native.linear(3, 2),
        )

    @pytest.mark.parametrize("watched", [True, False])
    def test_a_run_that_is_measured_is_the_run_it_would_have_been(
        self, tmp_path: Path, watched: bool
    ) -> None:
        outcomes = []
        for rounding in (False, True):
            model = self.dropping()
            optimizer = self.native.momentum(model.parameters())
            self.native.seed(1)
            losses: list[float] = []

            def run(losses: list[float] = losses, model: Any = model, by: Any = optimizer) -> None:
                losses += self.train(model, by, 3)

            trace = self.recorded(
                model,
                tmp_path / "t",
                run,
                steps=2,
                optimizer=optimizer if watched else None,
                rounding=rounding,
            )
            weights = {name: values.tobytes() for name, values in self.weights(model).items()}
            outcomes.append((losses, weights, self.native.random_state()))
        assert outcomes[0] == outcomes[1]
        assert trace.index.notes == ()
        for step in trace.steps:
            assert all(call.floors for call in step.calls)
            assert sorted(step.floors) == sorted(step.gradients)

    def test_the_copy_draws_the_masks_of_the_run(self, tmp_path: Path) -> None:
        model = self.dropping()

        def run() -> None:
            self.native.seed(7)
            self.native.backward(self.loss(model))

        trace = self.recorded(model, tmp_path / "t", run, rounding=True)
        places = trace.index.modules
        [drop] = [call for call in trace.steps[0].calls if places[call.module].path == "drop"]
        assert drop.floors["output/"].max_abs < 1e-5

    def test_errors_are_as_small_as_float32_is_fine(self, tmp_path: Path) -> None:
        model = self.dropping()
        model.eval()
        trace = self.recorded(
            model,
            tmp_path / "t",
            lambda: self.native.backward(self.loss(model)),
            rounding=True,
        )
        fc = trace.steps[0].calls[1]
        floor = fc.floors["output/"]
        y = trace.tensor(fc.outputs[""])
        scale = float(np.abs(y).max())
        assert 0 < floor.rms <= floor.max_abs < 1e-6 * scale
        assert sorted(fc.floors) == ["input/args.0", "output gradient/", "output/"]
        assert fc.floors["input/args.0"].max_abs == 0

    def test_a_call_that_raised_and_was_made_again_is_measured_as_it_was_made_then(
        self, tmp_path: Path
    ) -> None:
        native = self.native
        failures = [True]

        def forward(self: Any, x: Any) -> Any:
            hidden = self.fc(x)
            if failures:
                failures.pop()
                raise MemoryError
            return hidden

        model = native.module(forward, fc=native.linear(4, 3))

        def run() -> None:
            with pytest.raises(MemoryError):
                model(self.batch(0))
            model(self.batch(1))

        trace = self.recorded(model, tmp_path / "t", run, rounding=True)
        (step,) = trace.steps
        assert step.calls[0].floors["input/args.0"].max_abs == 0
        assert step.calls[0].floors["output/"].max_abs < 1e-5

    def test_what_cannot_run_in_float64_is_said_and_recorded_all_the_same(
        self, tmp_path: Path
    ) -> None:
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            if "float64" in str(x.dtype):
                raise ZeroDivisionError("in float64")
            return self.fc(x)

        model = native.module(forward, fc=native.linear(4, 3))
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()), rounding=True)
        (note,) = trace.index.notes
        assert note.startswith("step 0 could not run in float64: RunError: ")
        (step,) = trace.steps
        assert [bool(call.outputs) for call in step.calls] == [True, True]
        assert not any(call.floors for call in step.calls)

    def test_errors_that_are_no_numbers_are_left_out(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(lambda self, x: self.fc(x) / 0, fc=native.linear(4, 3))
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()), rounding=True)
        root, fc = trace.steps[0].calls
        assert "output/" in fc.floors
        assert all(np.isfinite([f.rms, f.max_abs]).all() for f in root.floors.values())

    def test_measuring_that_fails_on_the_way_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError("no copy")

        monkeypatch.setattr(Rounding, "called", fail)
        model = self.dropping()
        trace = self.recorded(model, tmp_path / "t", lambda: model(self.batch()), rounding=True)
        assert trace.index.notes == ("step 0 could not run in float64: ZeroDivisionError: no copy",)
        assert len(trace.steps[0].calls) == 4
