"""Dropout from a given stream: what holds in every framework."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from padiff.capture.protocols import Draw
from padiff.protocols import Array
from tests.capture.native import CaptureNative
from tests.capture.streams import Stream

__all__ = ["DropoutLaws"]


class DropoutLaws:
    native: CaptureNative

    def run(self, function: Callable[[Any], Any], stream: Draw) -> tuple[Array, Array]:
        """The function of ones, and the gradient of the sum of it."""
        x = self.native.tensor(np.ones((2, 3, 4), np.float32), needs_gradient=True)
        with self.native.adapter.synced_dropout(stream):
            result = function(x)
            self.native.backward((result * 1).sum())
        return self.native.values(result), self.native.values(x.grad)

    def test_an_element_is_kept_where_the_number_is_at_least_the_probability(self) -> None:
        for p in (0.25, 0.1, 0.9):
            stream = Stream()
            result, gradient = self.run(self.native.dropout(p), stream)
            assert stream.shapes == [(2, 3, 4)]
            kept = stream.numbers[0] >= np.float32(p)
            assert np.allclose(result, kept / (1 - p), rtol=1e-6)
            assert np.array_equal(result, gradient)

    def test_a_number_equal_to_the_probability_keeps(self) -> None:
        result, _ = self.run(
            self.native.dropout(0.1), lambda shape: np.full(shape, 0.1, np.float32)
        )
        assert result.all()

    def test_nothing_is_drawn_where_nothing_or_everything_is_dropped(self) -> None:
        for p, expected in ((0.0, 1), (1.0, 0)):
            stream = Stream()
            result, _ = self.run(self.native.dropout(p), stream)
            assert stream.shapes == []
            assert np.array_equal(result, np.full((2, 3, 4), expected))

    def test_nothing_is_drawn_in_eval(self) -> None:
        stream = Stream()
        module = self.native.dropout(0.5)
        module.eval()
        result, _ = self.run(module, stream)
        assert stream.shapes == []
        assert result.all()

    def test_nothing_is_drawn_for_an_empty_tensor(self) -> None:
        stream = Stream()
        with self.native.adapter.synced_dropout(stream):
            self.native.dropout(0.5)(self.native.tensor(np.zeros((0, 3), np.float32)))
        assert stream.shapes == []

    def test_every_call_draws_anew(self) -> None:
        module = self.native.dropout(0.5)
        stream = Stream()
        first, _ = self.run(module, stream)
        second, _ = self.run(lambda x: module(module(x)), stream)
        assert stream.shapes == [(2, 3, 4)] * 3
        assert np.array_equal(first, 2 * (stream.numbers[0] >= 0.5))
        both = (stream.numbers[1] >= 0.5) & (stream.numbers[2] >= 0.5)
        assert np.array_equal(second, 4 * both)

    def test_what_is_recomputed_drops_the_same(self) -> None:
        native, module, stream = self.native, self.native.dropout(0.5), Stream()
        square = native.module(lambda self, x: self.inner(x) * self.inner(x), inner=module)
        result, gradient = self.run(lambda x: native.recompute(square, x), stream)
        assert len(stream.shapes) == 2
        first, second = (2 * (numbers >= 0.5) for numbers in stream.numbers)
        assert np.array_equal(result, first * second)
        assert np.array_equal(gradient, 2 * first * second)

    def test_a_model_that_seeds_the_generator_drops_the_same_each_time(self) -> None:
        module, stream = self.native.dropout(0.5), Stream()

        def forward(x: Any) -> Any:
            self.native.seed(3)
            return module(x)

        first, _ = self.run(lambda x: forward(x) * 0 + forward(x), stream)
        assert np.array_equal(first, 2 * (stream.numbers[0] >= 0.5))

    def test_dropout_between_recurrent_layers_is_drawn_time_first(self) -> None:
        for layers in (2, 3):
            stream = Stream()
            module = self.native.lstm(3, 4, layers, dropout=0.5)
            with self.native.adapter.synced_dropout(stream):
                module(self.native.tensor(self.native.noise(2, 5, 3)))
            assert stream.shapes == [(5, 2, 4)] * (layers - 1)

    def test_the_gradient_through_recurrent_layers_is_that_of_what_was_computed(self) -> None:
        module = self.native.lstm(3, 4, 2, dropout=0.5)
        direction = self.native.noise(2, 5, 3, seed=4)

        def loss(offset: float, x: Any = None) -> Any:
            given = self.native.tensor(self.native.noise(2, 5, 3) + np.float32(offset) * direction)
            with self.native.adapter.synced_dropout(Stream()):
                outputs, (hidden, cell) = module(given if x is None else x)
                return outputs.sum() + hidden.sum() + cell.sum()

        x = self.native.tensor(self.native.noise(2, 5, 3), needs_gradient=True)
        self.native.backward(loss(0, x))
        expected = (self.native.values(loss(0.01)) - self.native.values(loss(-0.01))) / 0.02
        assert np.isclose((self.native.values(x.grad) * direction).sum(), expected, rtol=0.01)

    def test_in_eval_and_without_dropout_recurrent_layers_are_as_ever(self) -> None:
        x = self.native.tensor(self.native.noise(2, 5, 3))
        for p, training in ((0.5, False), (0.0, True)):
            module = self.native.lstm(3, 4, 2, dropout=p)
            module.train() if training else module.eval()
            expected = self.native.values(module(x)[0])
            stream = Stream()
            with self.native.adapter.synced_dropout(stream):
                result = self.native.values(module(x)[0])
            assert stream.shapes == []
            assert np.array_equal(result, expected)

    def test_everything_is_put_back(self) -> None:
        module = self.native.dropout(0.5)
        x = self.native.tensor(np.ones((50, 50), np.float32))
        before = self.native.globals()

        def run() -> None:
            with self.native.adapter.synced_dropout(Stream()):
                module(x)
                assert self.native.globals() != before or not before
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            run()
        assert self.native.globals() == before
        stream = Stream()
        with self.native.adapter.synced_dropout(stream):
            module(x)
        self.native.seed(1)
        one = self.native.values(module(x))
        self.native.seed(2)
        assert not np.array_equal(one, self.native.values(module(x)))
        assert stream.shapes == [(50, 50)]

    def test_no_other_generator_is_used(self) -> None:
        before = random.getstate(), repr(np.random.get_state())  # noqa: NPY002
        self.run(self.native.dropout(0.5), Stream())
        assert before == (random.getstate(), repr(np.random.get_state()))  # noqa: NPY002

    def test_numbers_a_model_draws_itself_are_its_own(self) -> None:
        stream = Stream()
        with self.native.adapter.synced_dropout(stream):
            self.native.seed(5)
            drawn = self.native.random()
        self.native.seed(5)
        assert drawn == self.native.random()
        assert stream.shapes == []

    def test_a_stream_that_fails_fails_the_model(self) -> None:
        def stream(shape: tuple[int, ...]) -> Array:
            raise ZeroDivisionError(shape)

        with pytest.raises(ZeroDivisionError):
            self.run(self.native.dropout(0.5), stream)
