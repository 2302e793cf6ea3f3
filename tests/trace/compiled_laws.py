"""Recording compiled models: they run as they are written, and the trace says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import padiff
from padiff.trace.trace import Trace
from tests.trace.recording import Recording, paths_of, values_of

__all__ = ["CompiledLaws"]

NOTES = ("the compiled model ran as it is written, layer by layer",)


class CompiledLaws(Recording):
    def same(self, trace: Trace, plain: Trace) -> None:
        """The two hold the same calls, with the same tensors."""
        (step,), (expected,) = trace.steps, plain.steps
        found = [path.removeprefix("_orig_mod").lstrip(".") for path in paths_of(trace, step)]
        assert found == paths_of(plain, expected) == ["", "fc", "head"]
        for ours, theirs in zip(step.calls, expected.calls, strict=True):
            for place in ("inputs", "outputs", "input_gradients", "output_gradients"):
                slots = list(getattr(theirs, place))
                assert list(getattr(ours, place)) == slots
                for slot in slots:
                    one, other = (
                        values_of(*side, place, slot) for side in ((trace, ours), (plain, theirs))
                    )
                    assert np.array_equal(one, other)

    def test_the_calls_are_those_of_the_plain_model(self, tmp_path: Path) -> None:
        native, model = self.native, self.smooth()
        plain = self.recorded(model, tmp_path / "plain", lambda: native.backward(self.loss(model)))
        native.adapter.clear_gradients(model)
        compiled = native.compiled(model)
        trace = self.recorded(
            compiled, tmp_path / "t", lambda: native.backward(self.loss(compiled))
        )
        self.same(trace, plain)
        assert plain.index.notes == ()
        assert trace.index.notes == NOTES
        report = padiff.compare_traces(plain, trace)
        assert report, str(report)
        assert f"Of raw, {NOTES[0]}." in report.notes

    def test_a_model_that_is_compiled_within_the_block(self, tmp_path: Path) -> None:
        native, model = self.native, self.smooth()
        plain = self.recorded(model, tmp_path / "plain", lambda: model(self.batch()))
        trace = self.recorded(model, tmp_path / "t", lambda: native.compiled(model)(self.batch()))
        self.same(trace, plain)

    def test_dumps_are_those_of_the_plain_model(self, tmp_path: Path) -> None:
        native, traces = self.native, list[Trace]()
        for module in (self.smooth(), native.compiled(self.smooth())):
            proxy = padiff.create_model(module)
            proxy.backward(self.loss(proxy))
            proxy.dump_report(tmp_path / f"{len(traces)}")
            traces.append(Trace(tmp_path / f"{len(traces)}" / "report"))
        plain, trace = traces
        self.same(trace, plain)
        assert trace.index.notes == NOTES
