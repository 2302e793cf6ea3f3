"""Arguments and outputs of every kind are seen: what holds in every framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from padiff.protocols import Array
from tests.capture.traces import trace
from tests.capture.watching import Watching

__all__ = ["KindsLaws"]


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


class KindsLaws(Watching):
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
                "dataclass": (Result(y), ["logits", "note"]),
                "subclass": (marked, ["a"]),
                "none": (None, []),
                "no values": ((object, 10**30, np.longdouble(1), np.array("a"), [], {}), []),
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
            assert set(root.output_gradients) == set(slots) - {"note"}, kind
        assert marked.mark == "mine"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (True, np.array(True)),
            (3, np.array(3)),
            (0.1, np.array(0.1, np.float32)),
            (1e300, np.array(1e300)),
            (float("inf"), np.array(np.inf, np.float32)),
            (1j, np.array(1j, np.complex64)),
            ("né", np.array([110, 233])),
            ([1, 2], np.array([1, 2])),
            ([0.5, 2.0], np.array([0.5, 2], np.float32)),
            (np.float64(0.1), np.array(0.1)),
            (np.arange(3, dtype=np.uint16), np.arange(3)),
            (np.ones((2, 1), np.float16), np.ones((2, 1), np.float16)),
        ],
        ids=repr,
    )
    def test_what_a_model_returns_beside_tensors(self, value: Any, expected: Array) -> None:
        linear = self.native.linear(2, 2)
        inner = self.native.module(lambda self, x: (self.linear(x), value), linear=linear)
        module = self.native.module(lambda self, x: (value, *self.inner(x)), inner=inner)
        x = self.native.tensor(np.ones((1, 2), np.float32), needs_gradient=True)
        output, recording, keys = self.watch(module, x)
        root = recording.calls[keys[""], 0]
        assert output[0] is value
        assert list(root.outputs) == ["0", "1", "2"]
        assert list(root.output_gradients) == ["1"]
        for slot in ("0", "2"):
            found = root.outputs[slot].load()
            assert (found.dtype, found.tolist()) == (expected.dtype, expected.tolist())
        assert list(recording.calls[keys["inner"], 0].outputs) == ["0"]

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
