"""A run that is recorded is the run it would have been, and leaves nothing behind."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import padiff
from padiff.errors import TraceError
from padiff.trace.shards import ShardWriter
from tests.capture.traces import attributes, trace
from tests.trace.recording import Recording

__all__ = ["UnmarkedLaws"]


def no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


class UnmarkedLaws(Recording):
    def dropping(self) -> Any:
        """A model that draws random numbers, keeps running statistics and is written in place."""
        native = self.native
        native.seed(0)
        return native.module(
            lambda self, x: self.head(self.drop(self.norm(self.fc(x)))),
            fc=native.linear(4, 3),
            norm=native.batch_norm(3),
            drop=native.dropout(0.5),
            head=native.linear(3, 2),
        )

    def outcome(self, model: Any, losses: list[float]) -> dict[str, Any]:
        """All that a training run decides: losses, weights, random states."""
        return {
            "losses": losses,
            "weights": {name: v.tobytes() for name, v in self.weights(model).items()},
            "framework": self.native.random_state(),
            "python": random.getstate(),
            "numpy": repr(np.random.get_state()),  # noqa: NPY002
        }

    @pytest.mark.parametrize("watched", [True, False])
    @pytest.mark.parametrize("level", ["full", "statistics", "hash"])
    def test_weights_losses_and_random_numbers_are_those_of_a_run_that_is_not_recorded(
        self, tmp_path: Path, watched: bool, level: Any
    ) -> None:
        outcomes = []
        for recorded in (False, True):
            model = self.dropping()
            optimizer = self.native.momentum(model.parameters())
            self.native.seed(1)
            losses = []
            if recorded:
                with padiff.record(
                    model,
                    tmp_path / "t",
                    steps=2,
                    optimizer=optimizer if watched else None,
                    level=level,
                ):
                    losses = self.train(model, optimizer, 4)
            else:
                losses = self.train(model, optimizer, 4)
            outcomes.append(self.outcome(model, losses))
        assert outcomes[0] == outcomes[1]

    @pytest.mark.parametrize("watched", [True, False])
    def test_nothing_is_left_on_the_model_and_the_optimizer(
        self, tmp_path: Path, watched: bool
    ) -> None:
        model = self.dropping()
        optimizer = self.native.momentum(model.parameters())
        self.train(model, optimizer, 1)
        optimizer.step()
        before = self.attributes(model, optimizer)
        with padiff.record(model, tmp_path / "t", optimizer=optimizer if watched else None):
            assert self.attributes(model, optimizer) != before
            self.native.backward(self.loss(model))
            optimizer.step()
            self.native.clear(optimizer)
        assert self.attributes(model, optimizer) == before

    def attributes(self, model: Any, optimizer: Any) -> dict[str, Any]:
        modules = self.native.modules(model).items()
        found: dict[str, Any] = {path: attributes(child) for path, child in modules}
        found["the optimizer"] = dict.fromkeys(vars(optimizer))
        if hasattr(optimizer, "_optimizer_step_pre_hooks"):
            hooks = optimizer._optimizer_step_pre_hooks, optimizer._optimizer_step_post_hooks
            found["hooks"] = tuple(map(len, hooks))
        found["parameters"] = {
            name: [getattr(p, "_backward_hooks", None), id(p)]
            for name, p in self.native.parameters(model).items()
        }
        return found

    def test_a_block_that_raises_leaves_nothing_at_all(self, tmp_path: Path) -> None:
        model = self.dropping()
        optimizer = self.native.momentum(model.parameters())
        self.train(model, optimizer, 1)
        before = trace(self.native, model, optimizer)
        with (
            pytest.raises(ZeroDivisionError),
            padiff.record(model, tmp_path / "t", steps=2, optimizer=optimizer),
        ):
            raise ZeroDivisionError
        assert trace(self.native, model, optimizer) == before
        assert list(tmp_path.iterdir()) == []

    def test_a_model_that_raises_in_the_block(self, tmp_path: Path) -> None:
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            return self.fc(x).no_such_method()

        model = native.module(forward, fc=native.linear(4, 3))
        before = trace(native, model)
        with (
            pytest.raises(AttributeError, match="no_such_method"),
            padiff.record(model, tmp_path / "t"),
        ):
            model(self.batch())
        assert trace(native, model) == before
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_is_told_at_the_end_and_does_not_disturb_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = self.dropping()
        optimizer = self.native.momentum(plain.parameters())
        self.native.seed(1)
        losses = self.train(plain, optimizer, 3)
        expected = self.outcome(plain, losses)

        monkeypatch.setattr("padiff.trace.shards.save_file", no_space)
        monkeypatch.setattr(ShardWriter.__init__, "__defaults__", (1,))
        model = self.dropping()
        optimizer = self.native.momentum(model.parameters())
        self.native.seed(1)
        losses, left = [], [tmp_path]

        def run() -> None:
            losses.extend(self.train(model, optimizer, 3))
            left[:] = tmp_path.iterdir()

        with pytest.raises(TraceError) as caught:
            self.recorded(model, tmp_path / "t", run, steps=2, optimizer=optimizer)
        assert left == []
        assert self.outcome(model, losses) == expected
        where = caught.value.where
        assert where.startswith(f"{tmp_path}/.t.recording-")
        assert str(caught.value) == (
            f"A trace cannot be written.\n  where:    {where}\n  got:      No space left on device"
        )

    def test_what_the_recording_trips_over_does_not_disturb_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        expected = self.train(model, optimizer, 2)
        calls = [0]

        def fail(*_: Any) -> Any:
            calls[0] += 1
            if calls[0] == 4:
                raise RuntimeError("out of luck")
            return alias(*_)

        alias = type(self.native.adapter).alias
        model = self.net()
        optimizer = self.native.momentum(model.parameters())
        monkeypatch.setattr(type(self.native.adapter), "alias", staticmethod(fail))
        losses: list[float] = []

        def run() -> None:
            losses.extend(self.train(model, optimizer, 2))

        with pytest.raises(TraceError) as caught:
            self.recorded(model, tmp_path / "t", run, steps=2, optimizer=optimizer)
        assert losses == expected
        assert str(caught.value) == (
            "The recording failed; the run was not disturbed.\n"
            "  where:    Module\n"
            "  got:      RuntimeError: out of luck"
        )
        assert isinstance(caught.value.__cause__, RuntimeError)
        assert list(tmp_path.iterdir()) == []

    def test_reporting_that_ends_within_a_call_leaves_the_graph_whole(self, tmp_path: Path) -> None:
        """A module that writes its input in place, while the step ends in a module within it."""
        native = self.native
        results = []
        for recorded in (False, True):
            native.seed(0)
            inner = native.linear(4, 4)
            optimizer = native.momentum(inner.parameters())

            def forward(self: Any, x: Any, optimizer: Any = optimizer) -> Any:
                hidden = self.inner(x)
                optimizer.step()
                x.tanh_()
                return hidden + x

            model = native.module(forward, inner=inner)
            x = native.tensor(native.noise(5, 4), needs_gradient=True)

            def run(model: Any = model, x: Any = x) -> None:
                given = x * 2
                model(given)
                native.backward((given * given).sum())

            if recorded:
                self.recorded(model, tmp_path / "t", run, optimizer=optimizer)
            else:
                run()
            results.append(native.values(x.grad))
        assert np.array_equal(results[0], results[1])
