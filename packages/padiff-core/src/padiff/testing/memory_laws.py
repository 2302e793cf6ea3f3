"""Laws of `StateDictAdapter.open` and `flush`: a writable view, or a staged copy."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from padiff.testing.spec_laws import F32, SHAPES, AdapterLaws, ModuleT, TensorT
from padiff.testing.values import bits, random_bits, same_bits

__all__ = ["MemoryLaws"]


class MemoryLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of the arrays an adapter opens."""

    def test_an_opened_array_holds_the_tensor_bit_for_bit(
        self, dtype: np.dtype[Any], place: str
    ) -> None:
        values = random_bits((5, 3), dtype)
        array = self.state(self.holding(self.native.parameter(values, place=place))).open("w0")
        assert bits(array) == bits(values)
        assert array.flags.writeable

    def test_an_opened_array_has_exactly_the_tensors_shape(
        self, shape: tuple[int, ...], place: str
    ) -> None:
        values = random_bits(shape, F32)
        array = self.state(self.holding(self.native.parameter(values, place=place))).open("w0")
        assert type(array) is np.ndarray
        assert bits(array) == bits(values)

    def test_what_is_written_arrives_in_the_tensor(self, dtype: np.dtype[Any], place: str) -> None:
        for shape in SHAPES:
            before, after = random_bits(shape, dtype, seed=1), random_bits(shape, dtype, seed=2)
            weight = self.native.parameter(before, place=place)
            state = self.state(self.holding(weight))
            array = state.open("w0")
            array[...] = after
            written_at_once = after if self.native.places[place] else before
            assert bits(self.native.read(weight)) == bits(written_at_once)
            state.flush("w0", array)
            assert bits(self.native.read(weight)) == bits(after)

    def test_a_view_shows_what_the_framework_writes_and_a_copy_does_not(
        self, dtype: np.dtype[Any], place: str
    ) -> None:
        before, after = random_bits((4, 3), dtype, seed=1), random_bits((4, 3), dtype, seed=2)
        weight = self.native.parameter(before, place=place)
        array = self.state(self.holding(weight)).open("w0")
        self.native.write(weight, after)
        assert bits(array) == bits(after if self.native.places[place] else before)

    def test_flushing_a_view_writes_nothing_else(self, place: str) -> None:
        weight = self.native.parameter(np.zeros(3, F32), place=place)
        state = self.state(self.holding(weight))
        array = state.open("w0")
        if self.native.places[place]:
            self.native.write(weight, np.ones(3, F32))
        else:
            array[...] = 1
        state.flush("w0", array)
        assert self.native.read(weight).tolist() == [1, 1, 1]

    def test_a_staged_copy_is_the_callers_own_in_c_order(self, place: str) -> None:
        values = random_bits((4, 3), F32)
        state = self.state(self.holding(self.native.parameter(values, place=place)))
        one, other = state.open("w0"), state.open("w0")
        assert np.shares_memory(one, other) == self.native.places[place]
        assert one.flags.c_contiguous

    @pytest.mark.parametrize("order", [*permutations(range(3)), (0, 2, 3, 1)], ids=str)
    def test_axes_may_lie_in_memory_in_any_order(self, order: tuple[int, ...]) -> None:
        shape = (2, 3, 4, 5)[: len(order)]
        before, after = random_bits(shape, F32, seed=1), random_bits(shape, F32, seed=2)
        weight = self.native.permuted(before, order)
        state = self.state(self.holding(weight))
        array = state.open("w0")
        assert bits(array) == bits(before)
        array[...] = after
        state.flush("w0", array)
        assert bits(self.native.read(weight)) == bits(after)

    def test_a_tensor_keeps_its_identity_when_it_is_written(
        self, dtype: np.dtype[Any], place: str
    ) -> None:
        weight = self.native.parameter(random_bits((4, 3), dtype, seed=1), place=place)
        self.keeps_identity(weight, random_bits((4, 3), dtype, seed=2))

    def test_a_trained_tensor_keeps_its_gradient_when_it_is_written(self, place: str) -> None:
        weight = self.native.parameter(np.zeros((2, 3), F32), place=place, trainable=True)
        self.native.set_gradient(weight, np.full((2, 3), 7, F32))
        self.keeps_identity(weight, np.ones((2, 3), F32))

    def keeps_identity(self, weight: TensorT, after: Any) -> None:
        """Write a parameter through the adapter; nothing but its values may change."""
        module = self.holding(weight)
        identity = self.native.identity(weight)
        state = self.state(module)
        array = state.open("w0")
        array[...] = after
        state.flush("w0", array)
        assert self.native.identity(weight) == identity
        assert self.native.state_dict(module)["w0"] is weight
        assert same_bits(self.native.read(weight), after)

    def test_an_unknown_name_is_a_key_error(self) -> None:
        state = self.state(self.holding(self.plain(3)))
        with pytest.raises(KeyError, match="nothing"):
            state.open("nothing")

    def test_hidden_and_passing_tensors_open_like_any_other(self) -> None:
        module = self.family()
        state = self.state(module)
        for name, spec in state.specs.items():
            array = state.open(name)
            array[...] = 3
            state.flush(name, array)
            assert state.open(name).tolist() == np.full(spec.shape, 3).tolist(), name
        truth = self.native.state_dict(module)
        assert all((self.native.read(tensor) == 3).all() for tensor in truth.values())
