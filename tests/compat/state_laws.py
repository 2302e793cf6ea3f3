"""Weights and gradients, as they are when they are dumped."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

import padiff
from padiff.protocols import Array
from tests.capture.native import CaptureNative
from tests.compat.loop import Loop, files, trace

__all__ = ["StateLaws"]


def weights(found: padiff.Trace) -> dict[str, Array]:
    """What a trace holds at its end, by dotted path."""
    found.go_to(0, updated=True)
    state = found.model().handle().state()
    return {name: state.open(name) for name, spec in state.specs.items() if not spec.defect}


def gradients(found: padiff.Trace) -> dict[str, Array]:
    found.go_to(0)
    return dict(found.model().handle().state().gradients())


class StateLaws:
    native: ClassVar[CaptureNative]

    def linear(self, loop: Loop) -> Array:
        """The first layer's weight, outputs first."""
        weight = self.native.values(loop.module.fc.weight)
        return weight.T if self.native.transposes else weight

    def test_weights_are_those_of_now(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.update()
        for kind, dump in (
            ("weights", loop.proxy.dump_weights),
            ("params", loop.proxy.dump_params),
        ):
            dump(tmp_path)
            found = weights(trace(tmp_path, kind))
            assert found["fc.weight"].tolist() == self.linear(loop).tolist()
            assert {"norm.running_mean", "head.bias"} <= found.keys()

    def test_gradients_are_those_of_now(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.run()
        loop.proxy.dump_grads(tmp_path)
        loop.proxy.dump_params(tmp_path)
        expected = self.native.gradient(loop.module.head.bias)
        assert expected is not None
        assert np.allclose(expected, 1)  # two means over two outputs, added up
        for kind in ("grads", "params"):
            found = gradients(trace(tmp_path, kind))
            assert found["head.bias"].tolist() == expected.tolist()
            assert "norm.running_mean" not in found
            assert trace(tmp_path, kind).steps[0].backward

    def test_gradients_that_came_past_the_proxy_are_among_those_of_now(
        self, tmp_path: Path
    ) -> None:
        loop = Loop(self.native)
        loop.run()
        self.native.backward(loop.module(loop.batch()).mean())
        loop.proxy.dump_grads(tmp_path)
        assert np.allclose(gradients(trace(tmp_path, "grads"))["head.bias"], 1)

    def test_gradients_that_were_cleared_are_those_the_step_brought(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.run()
        expected = self.native.gradient(loop.module.head.bias)
        loop.update()
        loop.proxy.dump_grads(tmp_path)
        assert expected is not None
        assert gradients(trace(tmp_path, "grads"))["head.bias"].tolist() == expected.tolist()

    def test_and_of_that_step_alone(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.update()
        loop.proxy.try_dump(tmp_path / "first")
        loop.proxy(loop.batch())
        loop.proxy.try_dump(tmp_path / "second")
        assert not any(g.any() for g in gradients(trace(tmp_path, "second", "params")).values())

    def test_a_model_that_never_ran(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.proxy.dump_params(tmp_path)
        found = trace(tmp_path, "params")
        assert weights(found)["fc.weight"].tolist() == self.linear(loop).tolist()
        assert gradients(found) == {}
        assert not found.steps[0].backward

    def test_each_kind_holds_what_it_is_called_after(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.proxy.dump_weights(tmp_path)
        loop.proxy.dump_grads(tmp_path)
        assert gradients(trace(tmp_path, "weights")) == {}
        assert weights(trace(tmp_path, "grads")) == {}

    def test_all_kinds_share_a_folder(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.proxy.dump_report(tmp_path)
        loop.proxy.dump_params(tmp_path)
        loop.proxy.dump_grads(tmp_path)
        loop.update()
        loop.proxy.dump_weights(tmp_path)
        assert files(tmp_path) == ["grads", "params", "report", "weights"]
        before, after = (weights(trace(tmp_path, kind)) for kind in ("params", "weights"))
        assert before["fc.weight"].tolist() != after["fc.weight"].tolist()

    def test_the_default_folder(self, root: Path) -> None:
        loop = Loop(self.native, name="net")
        loop.run()
        loop.proxy.dump_report()
        loop.proxy.dump_weights()
        assert files(root) == ["net", "net/rank_0", "net/rank_0/report", "net/rank_0/weights"]
