"""Steps whose backward pass is more than one that begins with gradients of the model's outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import padiff
from padiff.trace.trace import Trace
from tests.trace.recording import Recording, values_of

__all__ = ["PassesLaws"]


class PassesLaws(Recording):
    def leaf(self) -> Any:
        return self.native.tensor(self.native.noise(5, 4, seed=0), needs_gradient=True)

    def test_one_plain_pass(self, tmp_path: Path) -> None:
        model = self.smooth()
        trace = self.recorded(model, tmp_path / "t", lambda: self.native.backward(self.loss(model)))
        assert [step.compound for step in trace.steps] == [""]

    def test_a_loss_of_derivatives_by_inputs(self, tmp_path: Path) -> None:
        model, x = self.smooth(), self.leaf()

        def run() -> None:
            slope = self.native.derivative(model(x), x)
            self.native.backward((slope**2).sum())

        trace = self.recorded(model, tmp_path / "t", run)
        assert [step.compound for step in trace.steps] == ["derivatives"]

    def test_each_step_is_told_by_itself(self, tmp_path: Path) -> None:
        model, x = self.smooth(), self.leaf()

        def run() -> None:
            self.native.backward((self.native.derivative(model(x), x) ** 2).sum())
            self.native.backward(self.loss(model))

        trace = self.recorded(model, tmp_path / "t", run, steps=2)
        assert [step.compound for step in trace.steps] == ["derivatives", ""]

    def test_the_gradients_are_those_of_the_last_pass(self, tmp_path: Path) -> None:
        """What another pass brought an output (here: ones) is the loss's gradient no more."""
        model, x = self.smooth(), self.leaf()

        def run() -> None:
            out = model(x)
            slope = self.native.derivative(out, x)
            self.native.backward((slope**2).sum() + (out * 3).sum())

        trace = self.recorded(model, tmp_path / "t", run)
        [root, *_] = trace.steps[0].calls
        assert np.array_equal(
            values_of(trace, root, "output_gradients", ""), np.full((5, 2), 3, "float32")
        )

    def test_parameters_get_the_gradient_of_the_loss_alone(self, tmp_path: Path) -> None:
        model, x = self.smooth(), self.leaf()
        trace = self.recorded(
            model,
            tmp_path / "t",
            lambda: self.native.backward((self.native.derivative(model(x), x) ** 2).sum()),
        )
        kept = {key: trace.tensor(n) for key, n in trace.steps[0].gradients.items()}
        gradients = padiff.create_model(model).handle().state().gradients()
        expected = {name: np.array(gradients[name]) for name in ("fc.weight", "head.weight")}
        canonical = {"fc.weight": kept["1/weight"], "head.weight": kept["2/weight"]}
        for name, values in expected.items():
            flat = values.T if self.native.transposes else values
            assert np.array_equal(canonical[name], flat), name

    def test_two_passes_through_one_call(self, tmp_path: Path) -> None:
        model = self.smooth()

        def run() -> None:
            out = model(self.batch())
            (out * 1).sum().backward(retain_graph=True)
            (out * 2).sum().backward()

        trace = self.recorded(model, tmp_path / "t", run)
        assert [step.compound for step in trace.steps] == ["passes"]

    def test_two_calls_with_a_pass_each_are_plain(self, tmp_path: Path) -> None:
        model = self.smooth()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            self.native.backward(self.loss(model, 0))
            self.native.backward(self.loss(model, 1))
            optimizer.step()

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        assert [step.compound for step in trace.steps] == [""]

    def test_a_model_that_differentiates_itself_is_plain(self, tmp_path: Path) -> None:
        """Its outputs depend on the derivative, and their gradients tell of it."""
        native = self.native
        inner = self.smooth()
        model = native.module(lambda self, x: native.derivative(self.inner(x), x), inner=inner)
        x = self.leaf()
        trace = self.recorded(model, tmp_path / "t", lambda: native.backward((model(x) ** 2).sum()))
        assert [step.compound for step in trace.steps] == [""]

    @pytest.mark.parametrize("compound", [False, True])
    def test_rounding_is_measured_going_backward_only_in_one_plain_pass(
        self, tmp_path: Path, compound: bool
    ) -> None:
        """The copy in float64 begins with the outputs' gradients: what else there was, it would take for
        rounding."""
        model, x = self.smooth(), self.leaf()

        def run() -> None:
            out = model(x)
            loss = (out**2).sum()
            if compound:
                loss = loss + (self.native.derivative(out, x) ** 2).sum()
            self.native.backward(loss)

        trace = self.recorded(model, tmp_path / "t", run, rounding=True)
        [step] = trace.steps
        places = {key for call in step.calls for key in call.floors}
        assert any("gradient" in key for key in places) is not compound
        assert bool(step.floors) is not compound
        assert any("gradient" not in key for key in places)

    def test_a_trace_says_nothing_of_it_where_there_was_no_pass(self, tmp_path: Path) -> None:
        model = self.smooth()
        with padiff.record(model, tmp_path / "t"):
            model(self.batch())
        assert [step.compound for step in Trace(tmp_path / "t").steps] == [""]
