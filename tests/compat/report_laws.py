"""What a report holds: the calls through the proxy since it was cleared."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import padiff
from padiff.dumping.shelf import Shelf
from padiff.errors import TraceError
from tests.capture.native import CaptureNative
from tests.compat.loop import Loop, trace

__all__ = ["ReportLaws"]


def called(found: padiff.Trace) -> list[str]:
    """The paths of the modules called, in order."""
    return [found.index.modules[call.module].path for call in found.steps[0].calls]


class ReportLaws:
    native: ClassVar[CaptureNative]

    def test_every_layer_with_its_tensors(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        output = loop.run()
        loop.proxy.dump_report(tmp_path)
        found = trace(tmp_path, "report")
        assert called(found) == ["", "fc", "norm", "head"]
        root = found.steps[0].calls[0]
        assert found.tensor(root.outputs[""]).tolist() == output.tolist()
        gradient = found.tensor(root.output_gradients[""])
        assert np.allclose(gradient, 1 / output.size)
        assert found.steps[0].calls[2].input_gradients.keys() == {"args.0"}
        assert found.steps[0].backward

    def test_it_is_kept_until_it_is_cleared(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.proxy.dump_report(tmp_path / "one")
        loop.run(1)
        loop.proxy.dump_report(tmp_path / "two")
        loop.proxy.clear_report()
        loop.run(2)
        loop.proxy.dump_report(tmp_path / "three")
        counts = [len(called(trace(tmp_path, n, "report"))) for n in ("one", "two", "three")]
        assert counts == [4, 8, 4]
        twice = trace(tmp_path, "two", "report")
        assert twice.steps[0].calls[:4] == trace(tmp_path, "one", "report").steps[0].calls

    def test_a_forward_pass_alone(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        with self.native.not_recording():
            loop.proxy(loop.batch())
        loop.proxy.dump_report(tmp_path)
        assert not trace(tmp_path, "report").steps[0].backward

    def test_a_backward_pass_of_the_frameworks_own(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        self.native.backward(loop.proxy(loop.batch()).mean())
        loop.proxy.dump_report(tmp_path)
        assert trace(tmp_path, "report").steps[0].backward

    def test_gradients_that_come_too_late_are_not_in_it(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        output = loop.proxy(loop.batch())
        loop.proxy.clear_report()
        loop.proxy(loop.batch())
        loop.proxy.backward(output.mean())
        loop.proxy.dump_report(tmp_path)
        assert not trace(tmp_path, "report").steps[0].backward

    def test_once_it_is_cleared_it_takes_nothing_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken: list[Any] = []
        put = Shelf.put

        def noted(self: Shelf, array: Any, *more: Any) -> int:
            taken.append(array)
            return put(self, array, *more)

        def forward(self: Any, x: Any) -> Any:
            x = self.fc(x)
            proxies[0].clear_report()
            taken.clear()
            return self.head(x)

        monkeypatch.setattr("padiff.dumping.shelf.Shelf.put", noted)
        linears = {"fc": self.native.linear(4, 4), "head": self.native.linear(4, 2)}
        proxies = [padiff.create_model(self.native.module(forward, **linears))]
        proxies[0](self.native.tensor(self.native.noise(5, 4)))
        assert taken == []
        loop = Loop(self.native)
        output = loop.proxy(loop.batch())
        loop.proxy.clear_report()
        taken.clear()
        self.native.backward(output.mean())
        assert taken == []

    def test_calls_of_the_module_itself_are_not_in_it(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.module(loop.batch())
        loop.proxy(loop.batch())
        loop.module.fc(loop.batch())
        loop.proxy.dump_report(tmp_path)
        assert called(trace(tmp_path, "report")) == ["", "fc", "norm", "head"]

    def test_a_call_that_raises_is_not_in_it(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        with pytest.raises(Exception, match=r"shape|size|dim"):
            loop.proxy(self.native.tensor(self.native.noise(5, 3)))
        loop.run()
        loop.proxy.dump_report(tmp_path)
        assert called(trace(tmp_path, "report")) == ["", "fc", "norm", "head"] * 2

    def test_gradients_of_a_call_that_raised_are_not_in_it(self, tmp_path: Path) -> None:
        """What such a call computed may go on in the hands of who caught the error."""
        kept: list[Any] = []

        def forward(self: Any, x: Any) -> Any:
            kept.append(self.fc(x))
            if len(kept) == 1:
                raise MemoryError
            return kept[-1]

        module = self.native.module(forward, fc=self.native.linear(4, 3))
        proxy = padiff.create_model(module)
        x = self.native.tensor(self.native.noise(5, 4))
        with pytest.raises(MemoryError):
            proxy(x)
        proxy(x)
        proxy.backward(kept[0].sum())
        proxy.dump_report(tmp_path)
        (step,) = trace(tmp_path, "report").steps
        assert (len(step.calls), step.backward) == (2, False)

    def test_a_call_within_a_call(self, tmp_path: Path) -> None:
        proxies: list[padiff.ProxyModel[Any]] = []

        def forward(self: Any, x: Any, *, again: bool = True) -> Any:
            return proxies[0](self.fc(x), again=False) if again else x

        module = self.native.module(forward, fc=self.native.linear(4, 4))
        proxies.append(padiff.create_model(module))
        proxies[0](self.native.tensor(self.native.noise(5, 4)))
        proxies[0].dump_report(tmp_path)
        assert called(trace(tmp_path, "report")) == ["", "fc", ""]

    def test_what_is_recomputed_is_there_once(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        x = self.native.tensor(self.native.noise(5, 4), needs_gradient=True)
        loop.proxy.backward(self.native.recompute(loop.proxy, x).mean())
        loop.proxy.dump_report(tmp_path)
        assert called(trace(tmp_path, "report")) == ["", "fc", "norm", "head"]

    def test_what_a_call_recomputes_itself_is_there_once(self, tmp_path: Path) -> None:
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            y = native.recompute(self.fc, x)
            native.backward(y.mean())
            return self.head(x)

        module = native.module(forward, fc=native.linear(4, 4), head=native.linear(4, 2))
        proxy = padiff.create_model(module)
        proxy(native.tensor(native.noise(5, 4), needs_gradient=True))
        proxy.dump_report(tmp_path)
        assert called(trace(tmp_path, "report")) == ["", "fc", "head"]

    def test_buffers_before_and_after(self, tmp_path: Path) -> None:
        loop = Loop(self.native)
        loop.run()
        loop.proxy.dump_report(tmp_path)
        found = trace(tmp_path, "report")
        (key,) = (key for key in found.index.initial if key.endswith("/running_mean"))
        before, after = found.index.initial[key], found.steps[0].buffers[key]
        assert found.tensor(before).tolist() == [0, 0, 0]
        assert found.tensor(after).any()

    def test_a_failure_of_the_recording_does_not_reach_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loop = Loop(self.native)
        expected = loop.run()
        loop.proxy.clear_report()

        def fail(*_: Any) -> None:
            message = "no space left"
            raise OSError(message)

        monkeypatch.setattr("padiff.dumping.shelf.Shelf.put", fail)
        loop = Loop(self.native, name="net")
        assert loop.run().tolist() == expected.tolist()
        with pytest.raises(TraceError) as caught:
            loop.proxy.dump_report(tmp_path)
        assert str(caught.value).splitlines() == [
            "What the model did could not be recorded.",
            "  where:    net",
            "  got:      OSError: no space left",
        ]
        assert type(caught.value.__cause__) is OSError

    def test_a_failure_in_words_is_told_as_it_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        error = TraceError("No space left.")

        def fail(*_: Any) -> None:
            raise error

        monkeypatch.setattr("padiff.dumping.shelf.Shelf.put", fail)
        loop = Loop(self.native)
        loop.run()
        with pytest.raises(TraceError) as caught:
            loop.proxy.dump_report(tmp_path)
        assert caught.value is error
        assert error.__cause__ is None

    @pytest.mark.parametrize("place", ["CallLog.begin", "CallLog._number", "adapter.alias"])
    def test_a_failure_half_way_through(
        self, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("padiff.dumping.shelf._MEMORY", 1)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        loop = Loop(self.native, name="net")
        loop.run()
        assert list(tmp_path.glob("padiff-*"))

        def fail(*_: Any) -> None:
            message = "no space left"
            raise OSError(message)

        if place == "adapter.alias":
            monkeypatch.setattr(type(self.native.adapter), "alias", fail)
        else:
            monkeypatch.setattr(f"padiff.trace.calls.{place}", fail)
        for _ in range(10):
            loop.proxy(loop.batch())
        assert list(tmp_path.glob("padiff-*")) == []
        with pytest.raises(TraceError, match="OSError: no space left"):
            loop.proxy.try_dump(tmp_path)
        loop.proxy.clear_report()

    def test_gradients_are_noted_also_after_a_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("padiff.trace.calls.CallLog._number", lambda *_: 1 / 0)
        loop = Loop(self.native)
        loop.run()
        loop.clear()
        loop.proxy.dump_grads(tmp_path)
        found = trace(tmp_path, "grads")
        found.go_to(0)
        gradients = dict(found.model().handle().state().gradients())
        assert np.allclose(gradients["head.bias"], 0.5)
