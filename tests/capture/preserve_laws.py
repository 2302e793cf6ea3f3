"""Leaving no trace: what holds in every framework."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.capture.native import CaptureNative
from tests.capture.traces import trace

__all__ = ["PreserveLaws"]


class Wrapper:
    """An optimizer that is none to the framework."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        self.inner.step()


class PreserveLaws:
    native: CaptureNative

    def model(self) -> Any:
        """A model that keeps what a model can keep, and changes all of it when it runs."""
        native = self.native

        def forward(self: Any, x: Any) -> Any:
            self.calls += 1
            self.cache["last"] = x
            self.history.append(x)
            self.names.add("again")
            self.plain.exp_()
            self.total.exp_()
            self.fresh = x * 2
            self.train() if self.calls % 2 else self.eval()
            random.random()
            np.random.random()  # noqa: NPY002
            hidden = native.relu_(self.norm(self.first(x)))
            if self.hooked:
                self.hooked(hidden)
            return self.second(self.drop(hidden)) * self.in_a_list[0] + native.random()

        module = native.module(
            forward,
            first=native.with_spectral_norm(native.linear(3, 4)),
            norm=native.batch_norm(4),
            drop=native.dropout(0.5),
            second=native.linear(4, 2),
            calls=0,
            cache={},
            history=[0],
            names=set(),
            in_a_list=[native.parameter(np.ones(2, np.float32))],
            fresh=None,
            hooked=None,
        )
        object.__setattr__(module, "plain", native.tensor(np.ones(2, np.float32)))
        native.buffer(module, "total", np.zeros(2, np.float32))
        native.freeze(module.second.bias)
        return module

    def run(self, module: Any, optimizer: Any = None) -> None:
        """A training step."""
        module.train()
        x = self.native.tensor(self.native.noise(5, 3))
        self.native.adapter.backward((module(x) * module(x)).sum())
        if optimizer is not None:
            self.native.adapter.step(optimizer)

    def test_a_run_leaves_no_trace(self) -> None:
        module = self.model()
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            self.run(module)
            within = trace(self.native, module)
        assert trace(self.native, module) == before
        changed = {name for name in before if before[name] != within[name]}
        assert changed == set(before) - {"whether gradients are recorded"}

    def test_a_second_run_after_a_first_leaves_no_trace(self) -> None:
        module = self.model()
        self.run(module)
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            self.run(module)
        assert trace(self.native, module) == before

    def test_a_run_in_eval_leaves_no_trace(self) -> None:
        module = self.model()
        module.eval()
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            self.run(module)
        assert trace(self.native, module) == before

    def test_whether_gradients_are_recorded_is_put_back(self) -> None:
        module = self.native.linear(2, 2)
        for outside in (True, False):
            with self.native.adapter.recording(outside):
                with self.native.adapter.preserved(module):
                    self.native.adapter.recording(not outside).__enter__()
                assert self.native.gradients_recorded() == outside

    @pytest.mark.parametrize("place", ["forward", "backward", "afterwards"])
    @pytest.mark.parametrize("make", ["none", "momentum", "adam"])
    def test_an_exception_leaves_no_trace(self, place: str, make: str) -> None:
        module = self.model()
        optimizer = self._optimizer(make, module)
        self.run(module, optimizer)
        before = trace(self.native, module, optimizer)

        def fail(_: Any) -> None:
            raise ZeroDivisionError

        def watch(hidden: Any) -> None:
            self.native.adapter.watch_gradient(hidden, fail)

        def run() -> None:
            with self.native.adapter.preserved(module, optimizer):
                module.hooked = {"forward": fail, "backward": watch}.get(place)
                self.run(module, optimizer)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            run()
        assert trace(self.native, module, optimizer) == before

    def _optimizer(self, make: str, module: Any) -> Any:
        parameters = [p for p in module.parameters() if self.native.needs_gradient(p)]
        return None if make == "none" else getattr(self.native, make)(parameters)

    @pytest.mark.parametrize("make", ["momentum", "adam"])
    @pytest.mark.parametrize("steps", [0, 2], ids=["without a state", "with a state"])
    def test_training_goes_on_as_if_nothing_had_been(self, make: str, steps: int) -> None:
        results = []
        for interrupted in (False, True):
            self.native.seed(3)
            random.seed(3)
            np.random.seed(3)  # noqa: NPY002
            module = self.model()
            optimizer = self._optimizer(make, module)
            for _ in range(steps):
                self.run(module, optimizer)
            if interrupted:
                before = trace(self.native, module, optimizer)
                with self.native.adapter.preserved(module, optimizer):
                    self.run(module, optimizer)
                    self.run(module, optimizer)
                    assert trace(self.native, module, optimizer) != before
                assert trace(self.native, module, optimizer) == before
            self.run(module, optimizer)
            state = {name: self.native.values(t) for name, t in self.native.state(module).items()}
            results.append((state, self.native.random_state()))
        (plain, plain_random), (after, after_random) = results
        assert plain_random == after_random
        assert plain.keys() == after.keys()
        for name, values in plain.items():
            assert np.array_equal(values, after[name]), name

    @pytest.mark.parametrize(
        "disguise",
        [
            lambda optimizer: optimizer.step,
            lambda optimizer: lambda: (None, optimizer.step()),
            Wrapper,
        ],
        ids=["a method", "a function", "a wrapper"],
    )
    def test_the_state_of_an_optimizer_in_disguise_is_put_back(
        self, disguise: Callable[[Any], Any]
    ) -> None:
        module = self.model()
        optimizer = self._optimizer("momentum", module)
        given = disguise(optimizer)
        before = trace(self.native, module, optimizer)
        own = dict(vars(given)) if isinstance(given, Wrapper) else {}
        with self.native.adapter.preserved(module, given):
            self.run(module, given)
            assert trace(self.native, module, optimizer)["the optimizer"] != before["the optimizer"]
        assert trace(self.native, module, optimizer) == before
        assert own == (dict(vars(given)) if isinstance(given, Wrapper) else {})

    def test_gradients_are_set_aside_and_put_back(self) -> None:
        module = self.model()
        self.run(module)
        gradients = self.native.gradients(module)
        held = module.second.weight.grad
        values = self.native.values(held)
        with self.native.adapter.preserved(module):
            assert set(map(type, self.native.gradients(module).values())) == {type(None)}
            self.run(module)
            with self.native.adapter.preserved(module):
                self.native.adapter.clear_gradients(module)
        for name, gradient in self.native.gradients(module).items():
            before = gradients[name]
            assert (gradient is None) == (before is None), name
            assert gradient is None or np.array_equal(gradient, np.asarray(before)), name
        assert np.array_equal(self.native.values(held), values)

    def test_gradients_add_up_afterwards_as_before(self) -> None:
        module = self.native.linear(2, 2)
        x = self.native.tensor(np.ones((1, 2), np.float32))
        self.native.backward(module(x).sum())
        with self.native.adapter.preserved(module):
            self.native.backward((module(x) * 7).sum())
        held = module.bias.grad
        self.native.backward(module(x).sum())
        assert self.native.values(module.bias.grad).tolist() == [2, 2]
        assert self.native.values(held).tolist() == [2, 2]

    def test_a_graph_the_user_holds_can_still_be_run_backward(self) -> None:
        module = self.model()
        module.eval()
        x = self.native.tensor(self.native.noise(5, 3))
        loss = module.second(module.norm(module.first(x))).sum()
        with self.native.adapter.preserved(module, self._optimizer("adam", module)):
            self.run(module)
        self.native.backward(loss)
        assert self.native.gradient(module.second.weight) is not None

    def test_parameters_that_were_given_other_memory_get_theirs_back(self) -> None:
        module = self.native.linear(2, 2)
        view = self.native.adapter.array(module.weight)
        before = np.array(view)
        with self.native.adapter.preserved(module):
            module.weight.data = self.native.tensor(np.zeros((2, 2), np.float32))
        assert np.array_equal(self.native.values(module.weight), before)
        assert np.shares_memory(self.native.adapter.array(module.weight), view)

    def test_what_was_frozen_meanwhile_needs_a_gradient_again(self) -> None:
        module = self.native.linear(2, 2)
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            self.native.freeze(module.weight)
        assert trace(self.native, module) == before

    def test_a_member_that_was_replaced_comes_back(self) -> None:
        module = self.model()
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            module.second = self.native.linear(1, 1)
            module.norm.extra = self.native.linear(1, 1)
            module.first.bias = self.native.parameter(np.zeros(4, np.float32))
            del module.total
        assert trace(self.native, module) == before

    def test_recurrent_layers_leave_no_trace(self) -> None:
        module = self.native.lstm(3, 4, 2, dropout=0.5)
        before = trace(self.native, module)
        with self.native.adapter.preserved(module):
            outputs, _ = module(self.native.tensor(self.native.noise(2, 5, 3)))
            self.native.backward(outputs.sum())
        assert trace(self.native, module) == before
        outputs, _ = module(self.native.tensor(self.native.noise(2, 5, 3)))
        assert tuple(outputs.shape) == (2, 5, 4)
