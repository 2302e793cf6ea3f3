"""A model that is changed while it is recorded: what is told, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import padiff
from padiff.errors import TraceError
from padiff.trace.trace import Trace
from tests.trace.recording import Recording, paths_of

__all__ = ["ChangingLaws"]


class ChangingLaws(Recording):
    def refusal(self, model: Any, path: Path, change: Any) -> str:
        def run() -> None:
            model(self.batch())
            change()
            model(self.batch())
            model(self.batch())

        with pytest.raises(TraceError) as caught:
            self.recorded(model, path, run, steps=2)
        assert not path.exists()
        return str(caught.value)

    def test_another_module_in_the_place_of_one(self, tmp_path: Path) -> None:
        model = self.net()
        message = self.refusal(
            model, tmp_path / "t", lambda: setattr(model, "head", self.native.linear(3, 2))
        )
        assert message == (
            "The model is no longer what it was when its recording began.\n"
            "  where:    head\n"
            "  got:      a Linear\n"
            "  expected: a Linear\n"
            "  hint:     change it before the block, or record it in two blocks"
        )

    def test_one_module_more(self, tmp_path: Path) -> None:
        model = self.net()
        message = self.refusal(
            model, tmp_path / "t", lambda: setattr(model, "more", self.native.linear(3, 2))
        )
        assert "where:    more\n  got:      a Linear\n  expected: no module\n" in message

    def test_one_module_less(self, tmp_path: Path) -> None:
        model = self.net()
        model.spare = self.native.linear(2, 2)
        message = self.refusal(model, tmp_path / "t", lambda: delattr(model, "spare"))
        assert "where:    spare\n  got:      no module\n  expected: a Linear\n" in message

    def test_before_the_first_call_too(self, tmp_path: Path) -> None:
        model = self.net()

        def run() -> None:
            model.head = self.native.linear(3, 2)
            model(self.batch())

        with pytest.raises(TraceError, match="no longer what it was"):
            self.recorded(model, tmp_path / "t", run)

    def test_another_parameter_of_the_same_shape_counts_as_new_values(self, tmp_path: Path) -> None:
        model = self.net()
        values = self.native.noise(3, seed=5)
        with padiff.record(model, tmp_path / "t", steps=2):
            model(self.batch())
            model.fc.bias = self.native.parameter(values)
            model(self.batch())
        trace = Trace(tmp_path / "t")
        trace.begin(1)
        assert np.array_equal(trace.model().handle().state().open("fc.bias"), values)

    def test_a_parameter_of_another_shape(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(
            lambda self, x: self.fc(x * self.scale),
            scale=native.parameter(np.ones(4, np.float32)),
            fc=native.linear(4, 3),
        )
        other = native.parameter(np.ones(1, np.float32))
        message = self.refusal(model, tmp_path / "t", lambda: setattr(model, "scale", other))
        assert message == (
            "The model is no longer what it was when its recording began.\n"
            "  where:    scale\n"
            "  got:      float32 (1,)\n"
            "  expected: float32 (4,)\n"
            "  hint:     change it before the block, or record it in two blocks"
        )

    def test_weights_that_are_tied_later(self, tmp_path: Path) -> None:
        native = self.native
        model = native.module(
            lambda self, x: self.second(self.first(x)),
            first=native.linear(4, 4),
            second=native.linear(4, 4),
        )

        def tie() -> None:
            model.second.weight = model.first.weight

        message = self.refusal(model, tmp_path / "t", tie)
        assert "where:    second.weight\n  got:      tied to first.weight\n" in message
        untied = native.linear(4, 4).weight
        message = self.refusal(
            model, tmp_path / "t", lambda: setattr(model.second, "weight", untied)
        )
        assert (
            "where:    second.weight\n"
            "  got:      tied to no other\n"
            "  expected: tied to first.weight\n" in message
        )

    def test_a_buffer_more(self, tmp_path: Path) -> None:
        model = self.net()
        message = self.refusal(
            model,
            tmp_path / "t",
            lambda: self.native.buffer(model, "extra", np.ones(2, np.float32)),
        )
        assert "where:    extra\n  got:      float32 (2,)\n  expected: no such tensor\n" in message

    def test_a_parameter_less(self, tmp_path: Path) -> None:
        model = self.net()
        model.spare = self.native.linear(2, 2)
        message = self.refusal(model, tmp_path / "t", lambda: setattr(model.spare, "bias", None))
        assert (
            "where:    spare.bias\n  got:      no such tensor\n  expected: float32 (2,)\n"
            in message
        )

    def test_an_unsaved_buffer_that_goes_is_told_nothing_of(self, tmp_path: Path) -> None:
        model = self.net()
        self.native.keep_unsaved(model, "cache", self.native.tensor(np.ones(2, np.float32)))

        def run() -> None:
            model(self.batch())
            del model.cache
            model(self.batch())

        trace = self.recorded(model, tmp_path / "t", run, steps=2)
        (state,) = trace.index.modules[0].tensors
        assert (state.name, "0/cache" in trace.known) == ("cache", False)
        assert state.defect == "it changed its shape, or came and went, while it was recorded"

    def test_a_cache_that_grows_is_told_nothing_of(self, tmp_path: Path) -> None:
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            self.calls = getattr(self, "calls", 0) + 1
            cache = native.tensor(np.zeros(self.calls, np.float32))
            native.keep_unsaved(self, "cache", cache)
            return self.fc(x)

        model = native.module(forward, fc=native.linear(4, 3))
        native.keep_unsaved(model, "cache", native.tensor(np.zeros(0, np.float32)))
        trace = self.recorded(
            model, tmp_path / "t", lambda: [model(self.batch()) for _ in range(3)], steps=2
        )
        (state,) = trace.index.modules[0].tensors
        assert state.defect == "it changed its shape, or came and went, while it was recorded"
        assert "0/cache" not in trace.known
        (spec,) = (s for s in trace.model().handle().state().specs.values() if s.name == "cache")
        assert spec.defect == state.defect

    def test_weights_loaded_and_frozen_in_the_block_are_recorded_as_they_were_then(
        self, tmp_path: Path
    ) -> None:
        model = self.net()
        with padiff.record(model, tmp_path / "t", steps=2):
            model(self.batch())
            for parameter in model.parameters():
                self.native.freeze(parameter)
                self.native.write(parameter, self.native.values(parameter) + 1)
            expected = self.weights(model)["head.bias"]
            model(self.batch())
        trace = Trace(tmp_path / "t")
        trace.begin(1)
        assert np.array_equal(trace.model().handle().state().open("head.bias"), expected)
        assert paths_of(trace, trace.steps[1])[0] == ""

    def test_what_does_not_change_is_stored_once(self, tmp_path: Path) -> None:
        model = self.net()
        model.eval()
        optimizer = self.native.momentum(model.parameters())

        def run() -> None:
            for _ in range(3):
                model(self.batch()).sum()
                optimizer.step()  # without gradients: nothing changes

        trace = self.recorded(model, tmp_path / "t", run, steps=3, optimizer=optimizer)
        for step in trace.steps:
            assert step.before == step.buffers == {}
            for key, number in step.updated.items():
                assert number == trace.index.initial[key]
