"""What is seen of a model that runs: what holds in every framework."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from padiff.capture.observer import Call, Leaf, Observer, Target
from padiff.capture.recording import Recorder
from padiff.capture.store import Store
from padiff.protocols import Array
from tests.capture.watching import Watching

__all__ = ["ObserverLaws"]


class Feeding(Recorder):
    """A sink that hands on zeros in place of the outputs of one module."""

    fed = -1

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        super().left(call, outputs)
        if call.key != self.fed:
            return None
        stored = self.recording.calls[call.identity].outputs
        return {slot: np.zeros_like(stored[slot].load()) for slot, _ in outputs}


class ObserverLaws(Watching):
    def test_gradients_are_those_of_a_run_that_is_not_watched(self) -> None:
        module = self.convolution_like()
        results = []
        for watched in (False, True):
            with self.native.adapter.preserved(module):
                x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
                if watched:
                    output, _, _ = self.watch(module, x)
                else:
                    output = module(x)
                    self.native.backward(self._loss(output))
                results.append([self.native.values(output), self.native.values(x.grad)])
                results[-1] += [g for g in self.native.gradients(module).values() if g is not None]
        plain, seen = results
        assert len(plain) == 8
        for before, after in zip(plain, seen, strict=True):
            assert np.array_equal(before, after)

    def test_every_call_is_recorded_with_what_went_in_and_came_out(self) -> None:
        module = self.convolution_like()
        module.eval()
        x = self.native.noise(6, 4)
        _, recording, keys = self.watch(module, self.native.tensor(x, needs_gradient=True))
        calls = [(recorded.call.key, recorded.call.number) for recorded in recording]
        order = ["", "first", "norm", "relu", "second", "relu"]
        assert [key for key, _ in calls] == [keys[path] for path in order]
        assert [number for _, number in calls] == [0, 0, 0, 0, 0, 1]
        root, first, norm, relu, second, again = recording
        assert [child.key for child in root.call.children] == [key for key, _ in calls[1:]]
        assert np.array_equal(root.inputs["args.0"].load(), x)
        weight = self.native.values(module.first.weight)
        linear = x @ weight if self.native.transposes else x @ weight.T
        expected = linear + self.native.values(module.first.bias)
        assert np.allclose(first.outputs[""].load(), expected, atol=1e-6)
        # What was recorded before a write in place is as it was.
        assert (norm.outputs[""].load() < 0).any()
        assert np.array_equal(relu.inputs["args.0"].load(), norm.outputs[""].load())
        assert np.array_equal(relu.outputs[""].load(), np.maximum(norm.outputs[""].load(), 0))
        assert np.array_equal(second.inputs["args.0"].load(), relu.outputs[""].load())
        assert np.array_equal(root.outputs[""].load(), again.outputs[""].load())

    def test_every_gradient_is_recorded_where_it_flows(self) -> None:
        module = self.convolution_like()
        module.eval()
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
        _, recording, _ = self.watch(module, x)
        root, first, norm, relu, second, again = recording
        incoming = self.native.noise(6, 4, seed=9)
        assert np.array_equal(root.output_gradients[""].load(), incoming)
        assert np.array_equal(again.output_gradients[""].load(), incoming)
        through = incoming * (again.inputs["args.0"].load() > 0)
        assert np.array_equal(again.input_gradients["args.0"].load(), through)
        assert np.array_equal(second.output_gradients[""].load(), through)
        weight = self.native.values(module.second.weight)
        back = through @ (weight.T if self.native.transposes else weight)
        assert np.allclose(second.input_gradients["args.0"].load(), back, atol=1e-6)
        # The first ReLU's output is used twice, and its result was ignored by the caller.
        both = (back + through) * (relu.inputs["args.0"].load() > 0)
        assert np.allclose(relu.input_gradients["args.0"].load(), both, atol=1e-6)
        assert np.allclose(norm.output_gradients[""].load(), both, atol=1e-6)
        assert np.array_equal(
            first.input_gradients["args.0"].load(), root.input_gradients["args.0"].load()
        )
        assert np.array_equal(self.native.values(x.grad), root.input_gradients["args.0"].load())

    def test_a_tensor_that_passes_several_hooks_is_copied_once(self) -> None:
        inner = self.native.module(lambda self, x: self.deep(x), deep=self.native.linear(4, 4))
        module = self.native.module(lambda self, x: self.inner(x), inner=inner)
        for needs in (False, True):
            x = self.native.tensor(self.native.noise(6, 4), needs_gradient=needs)
            for backward in (False, True):
                _, recording, _ = self.watch(module, x, backward=backward)
                assert len({id(recorded.inputs["args.0"]) for recorded in recording}) == 1
                assert len({id(recorded.outputs[""]) for recorded in recording}) == 1

    def test_an_output_that_is_written_in_place_after_it_was_handed_on(self) -> None:
        module = self.native.module(
            lambda self, x: self.linear(x).add_(x).tanh_() * 3, linear=self.native.linear(4, 4)
        )
        results = []
        for watched in (False, True):
            with self.native.adapter.preserved(module):
                x = self.native.tensor(self.native.noise(2, 3, 4), needs_gradient=True)
                if watched:
                    _, recording, keys = self.watch(module, x)
                else:
                    self.native.backward(self._loss(module(x)))
                results.append([self.native.values(x.grad)])
                results[-1] += [self.native.values(p.grad) for p in module.parameters()]
        for before, after in zip(*results, strict=True):
            assert np.array_equal(before, after)
        seen = recording.calls[keys["linear"], 0].output_gradients[""].load()
        assert np.allclose(seen.sum(axis=(0, 1)), results[0][-1], atol=1e-5)

    def test_what_is_fed_in_place_of_an_output_goes_on(self) -> None:
        module = self.convolution_like()
        module.eval()
        sink = Feeding(self.native.adapter, Store())
        sink.fed = list(self.native.modules(module)).index("second")
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
        _, recording, _ = self.watch(module, x, sink=sink)
        _, _, _, relu, second, again = recording
        assert np.array_equal(again.inputs["args.0"].load(), relu.outputs[""].load())
        # The gradient flows on as if nothing had been replaced.
        assert second.input_gradients["args.0"].load().any()

    def test_nothing_is_asked_for_where_nothing_is_recorded(self) -> None:
        module = self.native.linear(2, 2)
        x = self.native.tensor(np.ones((1, 2), np.float32), needs_gradient=True)
        with self.native.not_recording():
            _, recording, keys = self.watch(module, x, backward=True)
        recorded = recording.calls[keys[""], 0]
        assert recorded.outputs
        assert not recorded.input_gradients
        assert not recorded.output_gradients

    def test_what_is_recomputed_is_reported_once(self) -> None:
        native = self.native
        module = native.module(
            lambda self, x: native.recompute(self.inner, x) + x,
            inner=native.linear(4, 4),
        )
        results = []
        for watched in (False, True):
            with native.adapter.preserved(module):
                x = native.tensor(native.noise(6, 4), needs_gradient=True)
                if watched:
                    _, recording, keys = self.watch(module, x)
                else:
                    native.backward(self._loss(module(x)))
                results.append([native.values(x.grad), *native.gradients(module).values()])
        for before, after in zip(*results, strict=True):
            assert np.array_equal(before, after)
        assert sorted(recording.calls) == [(keys[""], 0), (keys["inner"], 0)]
        assert "" in recording.calls[keys[""], 0].output_gradients
        within = recording.calls[keys["inner"], 0]
        assert np.array_equal(
            within.output_gradients[""].load(),
            recording.calls[keys[""], 0].output_gradients[""].load(),
        )
        assert "args.0" in within.input_gradients

    def test_what_is_recomputed_hands_on_what_it_handed_on(self) -> None:
        native = self.native
        module = native.module(
            lambda self, x: native.recompute(lambda x: self.second(self.first(x)), x),
            first=native.linear(4, 4),
            second=native.linear(4, 4),
        )
        feeding = Feeding(native.adapter, Store())
        feeding.fed = list(native.modules(module)).index("first")
        self.watch(module, native.tensor(native.noise(6, 4), needs_gradient=True), sink=feeding)
        gradients = native.gradients(module)
        weight = next(g for name, g in gradients.items() if name == "second.weight")
        assert weight is not None
        assert not weight.any()

    def test_an_observer_sees_one_pass_after_another(self) -> None:
        native = self.native
        module = native.module(
            lambda self, x: native.recompute(self.inner, x), inner=native.linear(4, 4)
        )
        adapter, modules = native.adapter, native.modules(module)
        targets = [Target(key, child, leaf=False) for key, child in enumerate(modules.values())]
        recorder = Recorder(adapter, Store())
        observer = Observer(adapter, targets, recorder, backward=True)
        for _ in range(2):
            recorder.recording.calls.clear()
            x = native.tensor(native.noise(6, 4), needs_gradient=True)
            with observer.watching():
                with observer.forward():
                    output = module(x)
                with observer.backward():
                    adapter.backward(self._loss(output))
            assert sorted(recorder.recording.calls) == [(0, 0), (1, 0)]
            assert "" in recorder.recording.calls[1, 0].output_gradients

    def test_a_module_called_again_is_counted(self) -> None:
        module = self.native.module(
            lambda self, x: self.inner(self.inner(x)), inner=self.native.linear(4, 4)
        )
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
        for _ in range(2):
            _, recording, keys = self.watch(module, x)
            assert sorted(recording.calls) == sorted(
                [(keys[""], 0), (keys["inner"], 0), (keys["inner"], 1)]
            )

    def test_calls_know_the_line_that_made_them(self) -> None:
        module = self.native.module(lambda self, x: self.inner(x), inner=self.native.linear(4, 4))
        x = self.native.tensor(self.native.noise(6, 4))
        _, recording, keys = self.watch(module, x)
        source = recording.calls[keys["inner"], 0].call.source
        assert source.rpartition(":")[0] == __file__

    def test_a_package_beside_the_frameworks_is_the_users(self) -> None:
        framework = sys.modules[self.native.adapter.framework].__file__
        assert framework
        file = f"{Path(framework).parent}_vision/models.py"
        scope: dict[str, Any] = {}
        exec(compile("def forward(self, x):\n    return self.inner(x)", file, "exec"), scope)
        module = self.native.module(scope["forward"], inner=self.native.linear(4, 4))
        _, recording, keys = self.watch(module, self.native.tensor(self.native.noise(6, 4)))
        assert recording.calls[keys["inner"], 0].call.source == f"{file}:2"
