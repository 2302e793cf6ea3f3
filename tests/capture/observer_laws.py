"""Models that run while they are watched: what holds in every framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from padiff.capture.nested import leaves
from padiff.capture.observer import Call, Leaf, Observer, Target
from padiff.capture.recording import Recorder, Recording
from padiff.capture.store import Store
from padiff.protocols import Array
from tests.capture.native import CaptureNative
from tests.capture.traces import trace

__all__ = ["ObserverLaws"]


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Result:
    logits: Any
    note: str = "kept"


class Marked(dict[str, Any]):
    """A dict with an attribute, as outputs of published models are."""

    mark = ""


class Failing:
    """A sink that raises at the first report of a kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __getattr__(self, kind: str) -> Any:
        def report(*_: Any) -> None:
            if kind == self._kind:
                raise ZeroDivisionError(kind)

        return report


class Feeding(Recorder):
    """A sink that hands on zeros in place of the outputs of one module."""

    fed = -1

    def left(self, call: Call, outputs: Sequence[Leaf]) -> Mapping[str, Array] | None:
        super().left(call, outputs)
        if call.key != self.fed:
            return None
        stored = self.recording.calls[call.identity].outputs
        return {slot: np.zeros_like(stored[slot].load()) for slot, _ in outputs}


class ObserverLaws:
    native: CaptureNative

    def convolution_like(self) -> Any:
        """A residual block as ResNets have it: ReLUs in place, one of whose results is ignored."""
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            hidden = self.norm(self.first(x))
            self.relu(hidden)
            return self.relu(self.second(hidden) + hidden)

        return native.module(
            forward,
            first=native.linear(4, 4),
            norm=native.batch_norm(4),
            second=native.linear(4, 4),
            relu=native.module(lambda _, x: native.relu_(x)),
        )

    def watch(
        self, module: Any, *args: Any, backward: bool = True, sink: Any = None, **kwargs: Any
    ) -> tuple[Any, Recording, dict[str, int]]:
        """Run the module watched; the output, the recording, and keys by path."""
        adapter = self.native.adapter
        modules = self.native.modules(module)
        keys = {path: key for key, path in enumerate(modules)}
        targets = [Target(keys[path], child, leaf=False) for path, child in modules.items()]
        recorder = sink or Recorder(adapter, Store())
        observer = Observer(adapter, targets, recorder, backward=backward)
        with observer.watching():
            with observer.forward():
                output = module(*args, **kwargs)
            if backward:
                loss = self._loss(output)
                if loss is not None:
                    adapter.backward(loss)
        return output, recorder.recording if isinstance(recorder, Recorder) else Recording(), keys

    def _loss(self, output: Any) -> Any:
        found = [tensor for _, tensor in leaves(output, self.native.adapter.is_tensor)]
        weights = [self.native.noise(*tensor.shape, seed=9) for tensor in found]
        return self.native.adapter.dot(found, weights)

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

    def test_outputs_of_every_kind(self) -> None:
        linear = self.native.linear(2, 2)
        marked = Marked()
        marked.mark = "mine"

        def results(y: Any) -> dict[str, tuple[Any, list[str]]]:
            marked.clear()
            marked.update(a=y)
            return {
                "tensor": (y, [""]),
                "tuple": ((y, y * 2), ["0", "1"]),
                "list": ([y, [y * 2]], ["0", "1.0"]),
                "dict": ({"a": y, 3: (y,)}, ["a", "3.0"]),
                "named tuple": (Pair(y, None), ["left"]),
                "dataclass": (Result(y), ["logits"]),
                "subclass": (marked, ["a"]),
                "none": (None, []),
                "no tensor": (("text", 1), []),
            }

        sample = self.native.tensor(np.float32(1))
        for kind, (_, slots) in results(sample).items():
            module = self.native.module(
                lambda self, x, kind=kind: results(self.linear(x))[kind][0], linear=linear
            )
            x = self.native.tensor(np.ones((1, 2), np.float32), needs_gradient=True)
            output, recording, keys = self.watch(module, x)
            root = recording.calls[keys[""], 0]
            assert type(output) is type(results(x)[kind][0])
            assert list(root.outputs) == slots, kind
            assert set(root.output_gradients) == set(slots), kind
        assert marked.mark == "mine"

    def test_arguments_of_every_kind(self) -> None:
        module = self.native.module(
            lambda _, a, /, pair, *, named, flag: a + pair[1] * named["x"] if flag else a
        )
        a, b, c = (self.native.tensor(np.float32(i), needs_gradient=i != 2) * 1 for i in (1, 2, 3))
        _, recording, keys = self.watch(module, a, ("text", b), named={"x": c}, flag=True)
        root = recording.calls[keys[""], 0]
        assert list(root.inputs) == ["args.0", "args.1.1", "kwargs.named.x"]
        assert set(root.input_gradients) == {"args.0", "kwargs.named.x"}
        assert root.input_gradients["kwargs.named.x"].load() == 2 * self.native.noise(seed=9)

    def test_one_tensor_in_three_places_stays_one(self) -> None:
        seen: list[bool] = []

        def forward(_: Any, q: Any, k: Any, v: Any) -> Any:
            seen.append(q is k and k is v)
            return q * k + v

        x = self.native.tensor(np.full((), 3, np.float32), needs_gradient=True)
        _, recording, keys = self.watch(self.native.module(forward), x, x, x)
        assert seen == [True]
        gradients = recording.calls[keys[""], 0].input_gradients
        assert list(gradients) == ["args.0", "args.1", "args.2"]
        assert {float(g.load()) for g in gradients.values()} == {
            float(self.native.noise(seed=9) * 7)
        }

    def test_a_parameter_that_is_handed_out_keeps_no_hook(self) -> None:
        module = self.native.module(
            lambda self, x: self.table() * x,
            table=self.native.module(
                lambda self: self.weight, weight=self.native.parameter(np.ones(3, np.float32))
            ),
        )
        before = trace(self.native, module)
        x = self.native.tensor(self.native.noise(3))
        with self.native.adapter.preserved(module):
            _, recording, keys = self.watch(module, x)
            seen = recording.calls[keys["table"], 0].output_gradients[""].load()
            assert np.array_equal(seen, self.native.values(module.table.weight.grad))
        assert trace(self.native, module) == before
        calls = len(list(recording))
        self.native.backward(module(x).sum())
        assert len(list(recording)) == calls
        assert np.array_equal(recording.calls[keys["table"], 0].output_gradients[""].load(), seen)

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

    def test_frozen_parts_and_integers_have_no_gradients(self) -> None:
        frozen = self.native.linear(3, 3)
        for parameter in frozen.parameters():
            self.native.freeze(parameter)

        def forward(self: Any, x: Any) -> Any:
            hidden = self.frozen(x)
            return self.top(hidden), self.pick(hidden)

        module = self.native.module(
            forward,
            frozen=frozen,
            top=self.native.linear(3, 3),
            pick=self.native.module(lambda _, x: x.argmax()),
        )
        x = self.native.tensor(self.native.noise(2, 3))
        _, recording, keys = self.watch(module, x)
        by_path = {path: recording.calls[key, 0] for path, key in keys.items()}
        assert not by_path["frozen"].output_gradients
        assert not by_path["top"].input_gradients
        assert set(by_path["top"].output_gradients) == {""}
        assert not by_path["pick"].output_gradients
        assert set(by_path[""].outputs) == {"0", "1"}

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

    @pytest.mark.parametrize("kind", ["entered", "left", "gradient"])
    def test_what_a_sink_raises_is_raised_and_leaves_no_trace(self, kind: str) -> None:
        module = self.convolution_like()
        before = trace(self.native, module)
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)

        def run() -> None:
            with self.native.adapter.preserved(module):
                self.watch(module, x, sink=Failing(kind))

        with pytest.raises(ZeroDivisionError, match=kind):
            run()
        assert trace(self.native, module) == before
        with self.native.adapter.preserved(module):
            module(self.native.tensor(self.native.noise(6, 4)))

    def test_what_the_model_raises_is_raised_and_leaves_no_trace(self) -> None:
        def forward(self: Any, x: Any) -> Any:
            return self.inner(x).no_such_method()

        module = self.native.module(forward, inner=self.native.linear(4, 4))
        before = trace(self.native, module)
        x = self.native.tensor(self.native.noise(6, 4))

        def run() -> None:
            with self.native.adapter.preserved(module):
                self.watch(module, x)

        with pytest.raises(AttributeError, match="no_such_method"):
            run()
        assert trace(self.native, module) == before

    def test_the_innermost_module_that_raised_is_known(self) -> None:
        def fail(_: Any, x: Any) -> Any:
            if x is None:
                raise ZeroDivisionError
            return x

        deep = self.native.module(lambda self, x: self.deeper(x), deeper=self.native.module(fail))
        module = self.native.module(lambda self, x: self.deep(x), deep=deep)
        targets = [
            Target(key, child, leaf=False)
            for key, child in enumerate(self.native.modules(module).values())
        ]
        observer = Observer(
            self.native.adapter,
            targets,
            Recorder(self.native.adapter, Store()),
            backward=False,
        )

        def run(x: Any) -> None:
            with observer.watching(), observer.forward():
                module(x)

        with pytest.raises(ZeroDivisionError):
            run(None)
        assert observer.interrupted == 2
        run(self.native.tensor(np.float32(1)))
        assert observer.interrupted is None

    def test_a_module_that_raised_and_was_caught_never_returned(self) -> None:
        def forward(self: Any, x: Any) -> Any:
            with suppress(ZeroDivisionError):
                self.bad(x)
            return self.good(x)

        def fail(self: Any, x: Any) -> Any:
            self.within(x)
            raise ZeroDivisionError

        module = self.native.module(
            forward,
            bad=self.native.module(fail, within=self.native.linear(4, 4)),
            good=self.native.linear(4, 4),
        )
        outer = self.native.module(lambda self, x: self.inner(x) * 2, inner=module)
        x = self.native.tensor(self.native.noise(6, 4), needs_gradient=True)
        _, recording, keys = self.watch(outer, x)
        assert not recording.calls[keys["inner.bad"], 0].outputs
        for path in ("", "inner", "inner.good", "inner.bad.within"):
            assert recording.calls[keys[path], 0].outputs, path
        root = recording.calls[keys[""], 0]
        assert np.array_equal(
            root.outputs[""].load(), recording.calls[keys["inner"], 0].outputs[""].load() * 2
        )
        parent = recording.calls[keys["inner.good"], 0].call.parent
        assert parent is not None
        assert parent.key == keys["inner"]
