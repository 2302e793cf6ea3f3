"""What is recorded is what plain hooks see, and what the framework itself holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trace.recording import Recording, values_of

__all__ = ["SeenLaws"]


class SeenLaws(Recording):
    def seen_by_hooks(self, model: Any, run: Any) -> dict[str, list[Any]]:
        """What each module is called with and returns, copied by a plain hook."""
        seen: dict[str, list[Any]] = {}

        def hook(path: str) -> Any:
            def see(_: Any, args: Any, output: Any) -> None:
                given = self.native.values(args[0]), self.native.values(output)
                seen.setdefault(path, []).append(given)

            return see

        handles = [
            getattr(child, "register_forward_post_hook", child.register_forward_hook)(hook(path))
            for path, child in self.native.modules(model).items()
        ]
        run()
        for handle in handles:
            handle.remove()
        return seen

    def test_inputs_and_outputs_are_what_plain_hooks_see(self, tmp_path: Path) -> None:
        model = self.net()
        seen: dict[str, list[Any]] = {}

        def run() -> None:
            seen.update(self.seen_by_hooks(model, lambda: model(self.batch())))

        trace = self.recorded(model, tmp_path / "t", run)
        assert len(seen) == len(trace.steps[0].calls) == 5
        for call in trace.steps[0].calls:
            path = trace.index.modules[call.module].path
            ((_, output),) = seen[path]
            if path != "norm":  # its output is written in place afterwards: see below
                assert np.array_equal(values_of(trace, call, "outputs", ""), output), path
        norm, relu = trace.steps[0].calls[2:4]
        written = values_of(trace, norm, "outputs", "")
        assert (written < 0).any()
        assert np.array_equal(np.maximum(written, 0), values_of(trace, relu, "outputs", ""))
        assert norm.outputs[""] == relu.inputs["args.0"]

    def test_gradients_of_parameters_are_the_frameworks(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        expected: dict[str, Any] = {}

        def run() -> None:
            for number in range(2):
                self.native.backward(self.loss(model, number))
            expected.update(self.native.gradients(model))
            optimizer.step()
            self.native.clear(optimizer)

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        trace.go_to(0)
        found = trace.model().handle().state().gradients()
        for name, gradient in expected.items():
            if gradient is not None:
                assert np.array_equal(self.native_order(found[name]), gradient), name
        assert len(found) == 6

    def test_gradients_without_an_optimizer_are_what_the_step_brought(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        watched = self.recorded(
            model, tmp_path / "w", lambda: self.loss_and_step(model, optimizer), optimizer=optimizer
        )
        again = self.net()
        other = self.native.momentum(again.parameters())
        plain = self.recorded(again, tmp_path / "p", lambda: self.loss_and_step(again, other))
        assert sorted(plain.steps[0].gradients) == sorted(watched.steps[0].gradients)
        for key, number in plain.steps[0].gradients.items():
            ours = plain.tensor(number)
            assert np.array_equal(ours, watched.tensor(watched.steps[0].gradients[key])), key

    def loss_and_step(self, model: Any, optimizer: Any) -> None:
        self.native.backward(self.loss(model))
        optimizer.step()
        self.native.clear(optimizer)

    def native_order(self, canonical: Any) -> Any:
        """A canonical Linear weight in the order of the framework."""
        transposed = self.native.transposes and canonical.ndim == 2
        return canonical.T if transposed else canonical

    def test_gradients_of_calls_are_those_that_flowed(self, tmp_path: Path) -> None:
        model = self.native.module(
            lambda self, x: self.second(self.first(x)),
            first=self.native.linear(4, 3),
            second=self.native.linear(3, 2),
        )
        x = self.native.tensor(self.native.noise(5, 4), needs_gradient=True)
        trace = self.recorded(
            model, tmp_path / "t", lambda: self.native.backward((model(x) ** 2).sum())
        )
        root, first, second = trace.steps[0].calls
        y = values_of(trace, root, "outputs", "")
        assert np.array_equal(values_of(trace, root, "output_gradients", ""), 2 * y)
        assert root.output_gradients.keys() == second.output_gradients.keys() == {""}
        weight = self.native_order(self.native.values(model.second.weight))
        back = values_of(trace, second, "input_gradients", "args.0")
        assert np.allclose(back, 2 * y @ weight, atol=1e-6)
        assert np.array_equal(values_of(trace, first, "output_gradients", ""), back)
        assert np.array_equal(
            values_of(trace, root, "input_gradients", "args.0"), self.native.values(x.grad)
        )

    @pytest.mark.parametrize("watched", [True, False])
    def test_weights_and_buffers_at_every_moment(self, tmp_path: Path, watched: bool) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        moments = [self.weights(model)]

        def run() -> None:
            for number in range(3):
                self.train(model, optimizer, 1, begin=number)
                moments.append(self.weights(model))

        trace = self.recorded(
            model, tmp_path / "t", run, steps=3, optimizer=optimizer if watched else None
        )
        state = trace.model().handle().state()
        for position in range(3):
            trace.begin(position)
            self.assert_state(state, moments[position])
            trace.go_to(position, updated=True)
            if watched:
                self.assert_state(state, moments[position + 1])
        trace.go_to(-1)
        self.assert_state(state, moments[0])

    def assert_state(self, state: Any, expected: dict[str, Any]) -> None:
        names = {"norm._mean": "norm.running_mean", "norm._variance": "norm.running_var"}
        assert len(state.specs) == len(expected)
        for name, values in expected.items():
            found = self.native_order(state.open(names.get(name, name)))
            assert np.array_equal(found, values), name

    @pytest.mark.parametrize("watched", [True, False])
    def test_steps_that_are_passed_over_change_weights_too(
        self, tmp_path: Path, watched: bool
    ) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        moments = [self.weights(model)]

        def run() -> None:
            for number in range(4):
                self.train(model, optimizer, 1, begin=number)
                moments.append(self.weights(model))
            self.loss(model)

        trace = self.recorded(
            model,
            tmp_path / "t",
            run,
            steps=2,
            every=2,
            optimizer=optimizer if watched else None,
        )
        trace.begin(1)
        self.assert_state(trace.model().handle().state(), moments[2])

    def test_weights_changed_before_a_call_that_raised(self, tmp_path: Path) -> None:
        native = self.native
        failures: list[bool] = []

        def forward(self: Any, x: Any) -> Any:
            if failures:
                failures.pop()
                raise MemoryError
            return self.fc(x)

        model = native.module(forward, fc=native.linear(4, 3))
        values = native.noise(3, seed=3)

        def run() -> None:
            model(self.batch())
            native.write(model.fc.bias, values)
            failures.append(True)
            with pytest.raises(MemoryError):
                model(self.batch())
            model(self.batch())

        trace = self.recorded(model, tmp_path / "t", run, steps=2)
        assert list(trace.steps[1].before) == ["1/bias"]
        trace.begin(1)
        assert np.array_equal(trace.model().handle().state().open("fc.bias"), values)

    def test_weights_changed_by_hand_before_the_first_call(self, tmp_path: Path) -> None:
        model = self.net()
        values = self.native.noise(3, 4) if not self.native.transposes else self.native.noise(4, 3)

        def run() -> None:
            self.native.write(model.fc.weight, values)
            model(self.batch())

        trace = self.recorded(model, tmp_path / "t", run)
        assert np.array_equal(
            self.native_order(trace.model().handle().state().open("fc.weight")), values
        )

    def test_an_array_that_is_filled_anew_is_another_input(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        x = self.batch()
        shared = np.from_dlpack(x)
        first = shared.copy()

        def run() -> None:
            model(x)
            shared[...] = 7  # no framework counts this write
            self.native.backward(model(x).sum())
            optimizer.step()

        trace = self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
        one, other = (call for call in trace.steps[0].calls if call.parent < 0)
        assert np.array_equal(values_of(trace, one, "inputs", "args.0"), first)
        assert np.array_equal(values_of(trace, other, "inputs", "args.0"), np.full_like(first, 7))

    def test_a_frozen_parameter_has_no_gradient(self, tmp_path: Path) -> None:
        model = self.net()
        for parameter in model.fc.parameters():
            self.native.freeze(parameter)
        trace = self.recorded(model, tmp_path / "t", lambda: self.native.backward(self.loss(model)))
        assert [key for key in trace.steps[0].gradients if key.startswith("1/")] == []
        assert len(trace.steps[0].gradients) == 4
        frozen = {state.name: state.trainable for state in trace.index.modules[1].tensors}
        assert frozen == {"weight": False, "bias": False}

    def test_without_weights_and_inputs(self, tmp_path: Path) -> None:
        model = self.net()
        trace = self.recorded(
            model, tmp_path / "t", lambda: model(self.batch()), weights=False, inputs=False
        )
        assert sorted(trace.index.initial)[-2:] == ["2/running_mean", "2/running_var"]
        assert not [key for key in trace.index.initial if not key.startswith("2/")]
        for call in trace.steps[0].calls:
            assert (call.inputs, call.arguments) == ({}, None)
            assert list(call.outputs) == [""]
