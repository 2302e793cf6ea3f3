"""What an adapter must offer so that somebody else's run can be watched: what holds in every framework."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from padiff.errors import UsageError
from tests.capture.traces import attributes, trace
from tests.capture.watching import Watching

__all__ = ["RecordLaws"]


class RecordLaws(Watching):
    def test_a_forward_pass_is_no_recomputation(self) -> None:
        native = self.native
        asked: list[bool] = []

        def forward(self: Any, x: Any) -> Any:
            asked.append(native.adapter.recomputing())
            return self.inner(x)

        module = native.module(forward, inner=native.linear(4, 3))
        module(native.tensor(native.noise(2, 4)))
        with native.not_recording():
            module(native.tensor(native.noise(2, 4)))
        assert asked == [False, False]
        assert not native.adapter.recomputing()

    def test_what_a_backward_pass_computes_again_is_recomputation(self) -> None:
        native = self.native
        asked: list[bool] = []

        def forward(self: Any, x: Any) -> Any:
            asked.append(native.adapter.recomputing())
            return self.inner(x)

        inner = native.module(forward, inner=native.linear(4, 4))
        outer = native.module(lambda self, x: native.recompute(self.inner, x) + x, inner=inner)
        for _ in range(2):
            asked.clear()
            x = native.tensor(native.noise(2, 4), needs_gradient=True)
            native.backward(outer(x).sum())
            assert asked == [False, True]
            assert not native.adapter.recomputing()

    def stepping(self) -> tuple[Any, Any]:
        module = self.native.linear(4, 3)
        return module, self.native.momentum(module.parameters())

    def test_each_step_is_seen_with_the_weights_before_and_after_it(self) -> None:
        native = self.native
        module, optimizer = self.stepping()
        seen: list[Any] = []
        remove = native.adapter.watch_step(
            optimizer,
            lambda: seen.append(native.values(module.bias)),
            lambda: seen.append(native.values(module.bias)),
        )
        weights = [native.values(module.bias)]
        for _ in range(2):
            native.backward(module(native.tensor(native.noise(2, 4))).sum())
            optimizer.step()
            native.clear(optimizer)
            weights.append(native.values(module.bias))
        remove()
        native.backward(module(native.tensor(native.noise(2, 4))).sum())
        optimizer.step()
        first, second, third = weights
        assert len(seen) == 4
        for found, expected in zip(seen, (first, second, second, third), strict=True):
            assert np.array_equal(found, expected)
        assert not np.array_equal(first, second)

    def test_watching_steps_leaves_no_trace(self) -> None:
        native = self.native
        module, optimizer = self.stepping()
        before, own = trace(native, module, optimizer), attributes(optimizer)
        remove = native.adapter.watch_step(optimizer, lambda: None, lambda: None)
        remove()
        assert trace(native, module, optimizer) == before
        assert attributes(optimizer) == own

    def test_a_step_that_raises_is_followed_by_nothing(self) -> None:
        class Failing:
            def step(self) -> None:
                raise ZeroDivisionError

        seen: list[str] = []
        optimizer = Failing()
        remove = self.native.adapter.watch_step(
            optimizer, lambda: seen.append("before"), lambda: seen.append("after")
        )
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                optimizer.step()
        remove()
        assert seen == ["before", "before"]
        assert vars(optimizer) == {}

    def test_an_object_with_a_method_for_it_will_do(self) -> None:
        class Own:
            def step(self, by: int = 1) -> int:
                return by

        seen: list[str] = []
        optimizer = Own()
        optimizer.step = optimizer.step  # type: ignore[method-assign]  # one of its own, to be kept
        mine = optimizer.step
        remove = self.native.adapter.watch_step(
            optimizer, lambda: seen.append("before"), lambda: seen.append("after")
        )
        assert optimizer.step(by=3) == 3
        remove()
        assert seen == ["before", "after"]
        assert vars(optimizer) == {"step": mine}

    def test_what_wraps_the_step_meanwhile_stays(self) -> None:
        class Own:
            def step(self) -> str:
                return "stepped"

        seen: list[str] = []
        optimizer = Own()
        remove = self.native.adapter.watch_step(
            optimizer, lambda: seen.append("before"), lambda: seen.append("after")
        )
        inner = optimizer.step
        optimizer.step = lambda: f"{inner()} by a scheduler"  # type: ignore[method-assign]
        remove()
        assert optimizer.step() == "stepped by a scheduler"
        assert seen == []

    def test_what_makes_no_steps_is_refused(self) -> None:
        names = "step or minimize" if self.native.transposes else "step"
        with pytest.raises(UsageError) as caught:
            self.native.adapter.watch_step([], lambda: None, lambda: None)
        assert str(caught.value) == (
            "What is to be watched makes no steps.\n"
            f"  got:      list without {names}\n"
            "  expected: one optimizer"
        )

    def test_each_backward_pass_tells_what_it_brings_each_parameter(self) -> None:
        native = self.native
        shared = native.linear(4, 4)
        module = native.module(
            lambda self, x: self.b(self.a(x)) + self.free(x),
            a=shared,
            b=shared,
            free=native.linear(4, 4),
            idle=native.linear(4, 4),
        )
        for parameter in module.free.parameters():
            native.freeze(parameter)
        seen: list[tuple[str, Any]] = []
        remove = native.adapter.watch_parameters(
            module, lambda name, values: seen.append((name, np.array(values)))
        )
        x = native.tensor(native.noise(2, 4))
        for _ in range(2):
            seen.clear()
            native.backward(module(x).sum())
            assert sorted(name for name, _ in seen) == ["a.bias", "a.weight"]
            for name, values in seen:
                parameter = getattr(module.a, name[2:])
                gradient = native.gradient(parameter)
                assert gradient is not None
                assert np.array_equal(values, gradient), name
            native.adapter.clear_gradients(module)
        remove()
        seen.clear()
        native.backward(module(x).sum())
        assert seen == []

    def test_watching_parameters_leaves_no_trace(self) -> None:
        native = self.native
        module = native.module(lambda self, x: self.inner(x), inner=native.linear(4, 3))
        before = trace(native, module)
        native.adapter.watch_parameters(module, lambda *_: None)()
        assert trace(native, module) == before
