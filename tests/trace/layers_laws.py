"""Layers, and ways to run them, that are recorded in a way of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from padiff.trace.model import RecordedModule
from padiff.trace.survey import survey
from tests.trace.recording import Recording, paths_of, values_of

__all__ = ["LayersLaws"]

AMP = pytest.mark.filterwarnings("ignore:(amp_guard|AmpScaler) can only be enabled on:UserWarning")


class LayersLaws(Recording):
    def test_what_is_recomputed_is_recorded_once(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(
            lambda self, x: native.recompute(self.inner, self.first(x)) + x,
            first=native.linear(4, 4),
            inner=native.module(lambda self, x: self.fc(x).tanh(), fc=native.linear(4, 4)),
        )
        optimizer = native.momentum(model.parameters())
        with native.adapter.preserved(model, optimizer):
            plain = self.train(model, optimizer, 2)
        watched: list[float] = []
        trace = self.recorded(
            model,
            tmp_path / "t",
            lambda: watched.extend(self.train(model, optimizer, 2)),
            steps=2,
            optimizer=optimizer,
        )
        assert watched == plain
        for step in trace.steps:
            assert paths_of(trace, step) == ["", "first", "inner", "inner.fc"]
            assert len(step.gradients) == 4

    @AMP
    def test_autocast_and_a_scaler(self, tmp_path: Path) -> None:
        native = self.native
        losses: list[list[float]] = []
        for recorded in (False, True):
            model = self.net()
            optimizer = native.momentum(model.parameters())
            losses.append([])

            def run(model: Any = model, optimizer: Any = optimizer) -> None:
                for number in range(2):
                    with native.half_precision():
                        output = model(self.batch(number))
                    loss = (native.cast(output, "float32") ** 2).sum()
                    native.scaled_step(loss, optimizer)
                    losses[-1].append(float(loss.detach()))
                    native.clear(optimizer)

            if recorded:
                trace = self.recorded(model, tmp_path / "t", run, steps=2, optimizer=optimizer)
            else:
                run()
        assert losses[0] == losses[1]
        fc = trace.steps[0].calls[1]
        assert values_of(trace, fc, "outputs", "").dtype.name == native.autocast_to
        # As the optimizer finds them: unscaled.
        bias = trace.tensor(trace.steps[0].gradients["4/bias"])
        y = values_of(trace, trace.steps[0].calls[0], "outputs", "").astype(np.float32)
        assert np.allclose(bias, (2 * y).sum(0), rtol=0.05)

    def test_a_module_registered_twice_is_one(self, tmp_path: Path) -> None:
        native = self.native
        shared = native.linear(4, 4)
        model = native.module(lambda self, x: self.b(self.a(x)), a=shared, b=shared)
        trace = self.recorded(model, tmp_path / "t", lambda: native.backward(self.loss(model)))
        assert paths_of(trace, trace.steps[0]) == ["", "a", "a"]
        assert [entry.same for entry in trace.index.modules] == [-1, -1, 1]
        assert all(entry.watched for entry in trace.index.modules)
        assert [found.same for found in survey(trace).modules] == [None, None, "a"]
        assert sorted(trace.index.initial) == ["1/bias", "1/weight"]
        one, other = (child for _, child in trace.model().handle().children())
        assert isinstance(one.module, RecordedModule)
        assert one.module is other.module
        names = trace.model().handle().state().specs
        assert list(names) == ["a.weight", "a.bias", "b.weight", "b.bias"]
        assert names["a.weight"].memory == names["b.weight"].memory

    def test_tied_weights_are_stored_once(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(
            lambda self, x: self.second(self.first(x)),
            first=native.linear(4, 4),
            second=native.linear(4, 4),
        )
        model.second.weight = model.first.weight
        trace = self.recorded(model, tmp_path / "t", lambda: native.backward(self.loss(model)))
        initial, gradients = trace.index.initial, trace.steps[0].gradients
        assert initial["1/weight"] == initial["2/weight"]
        assert gradients["1/weight"] == gradients["2/weight"]
        specs = trace.model().handle().state().specs
        assert specs["first.weight"].memory == specs["second.weight"].memory
        assert specs["first.bias"].memory != specs["second.bias"].memory

    def test_tied_weights_that_stay_as_they_are_are_not_noted_again(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(
            lambda self, x: self.second(self.first(x)),
            first=native.linear(4, 4),
            second=native.linear(4, 4),
        )
        model.second.weight = model.first.weight
        trace = self.recorded(
            model, tmp_path / "t", lambda: [model(self.batch()) for _ in range(3)], steps=3
        )
        assert [step.before for step in trace.steps] == [{}, {}, {}]

    def test_a_square_weight_that_is_tied_in_two_orders(self, tmp_path: Path) -> None:
        """paddle keeps a Linear's weight as (in, out), so that canonically it is transposed."""
        native = self.native
        table = native.embedding(4, 4)
        linear = native.linear(4, 4)
        linear.weight = table.weight
        ids = native.tensor(np.arange(4))
        model = native.module(
            lambda self, x: self.linear(self.table(x)), table=table, linear=linear
        )
        trace = self.recorded(model, tmp_path / "t", lambda: model(ids))
        state = trace.model().handle().state()
        weight = native.values(table.weight)
        assert not np.array_equal(weight, weight.T)
        assert np.array_equal(state.open("table.weight"), weight)
        expected = weight.T if native.transposes else weight
        assert np.array_equal(state.open("linear.weight"), expected)
        same = state.specs["table.weight"].memory == state.specs["linear.weight"].memory
        assert same == (not native.transposes)

    def test_a_recurrent_network(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(lambda self, x: self.lstm(x)[0], lstm=native.lstm(4, 3, 2))
        x = native.tensor(native.noise(2, 5, 4))
        trace = self.recorded(model, tmp_path / "t", lambda: native.backward((model(x) ** 2).sum()))
        lstm = trace.index.modules[1]
        assert (lstm.kind, lstm.unit, len(trace.index.modules)) == ("lstm", "whole", 2)
        names = [f"{layer}.forward.{name}" for layer in (0, 1) for name in CELL]
        assert sorted(state.name for state in lstm.tensors) == sorted(names)
        assert sorted(trace.steps[0].gradients) == sorted(f"1/{name}" for name in names)
        _, call = trace.steps[0].calls
        assert sorted(call.outputs) == ["0", "1.0", "1.1"]

    def test_attention(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(lambda self, x: self.mha(x, x, x), mha=native.attention(4, 2))
        x = native.tensor(native.noise(2, 5, 4), needs_gradient=True)

        def run() -> None:
            output = model(x)
            native.backward(((output[0] if isinstance(output, tuple) else output) ** 2).sum())

        trace = self.recorded(model, tmp_path / "t", run)
        mha = trace.index.modules[1]
        assert (mha.kind, mha.unit) == ("multi_head_attention", "whole")
        tensors = [
            f"{part}.{name}" for part in ("q", "k", "v", "out") for name in ("weight", "bias")
        ]
        assert sorted(state.name for state in mha.tensors) == sorted(tensors)
        assert sorted(trace.steps[0].gradients) == sorted(f"1/{name}" for name in tensors)

    def test_buffers_after_each_step(self, tmp_path: Path) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        means: list[Any] = []

        def run() -> None:
            for number in range(2):
                self.train(model, optimizer, 1, begin=number)
                names = self.weights(model)
                means.append(names["norm._mean" if "norm._mean" in names else "norm.running_mean"])

        trace = self.recorded(model, tmp_path / "t", run, steps=2, optimizer=optimizer)
        for mean, step in zip(means, trace.steps, strict=True):
            assert np.array_equal(trace.tensor(step.buffers["2/running_mean"]), mean)

    def test_every_dtype_comes_back_bit_for_bit(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(lambda _, given: given)
        tensors = {
            name: native.cast(native.tensor(np.array([[0, 1, 2], [3, 0, 5]], np.float32)), name)
            for name in native.dtypes
        }
        scalars = {f"{name}/0": native.cast(native.tensor(np.float32(1)), name) for name in CASTS}
        trace = self.recorded(model, tmp_path / "t", lambda: model({**tensors, **scalars}))
        (call,) = trace.steps[0].calls
        assert len(call.outputs) == len(tensors) + len(scalars)
        for name, tensor in {**tensors, **scalars}.items():
            expected, found = native.values(tensor), values_of(trace, call, "outputs", name)
            assert (found.dtype, found.shape) == (expected.dtype, expected.shape), name
            assert found.tobytes() == expected.tobytes(), name


CELL = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
CASTS = ("bool", "int64", "float64", "bfloat16", "complex64")
