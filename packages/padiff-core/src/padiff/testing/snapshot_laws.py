"""Laws of `StateDictAdapter.snapshot`: whatever was done to the tensors, it is undone."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from padiff.testing.footprint import footprint
from padiff.testing.spec_laws import F32, AdapterLaws, ModuleT, TensorT
from padiff.testing.values import bits, random_bits

__all__ = ["SnapshotLaws"]


class SnapshotLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of a snapshot and its restore."""

    def test_values_are_put_back(self, dtype: np.dtype[Any], place: str) -> None:
        values = random_bits((4, 3), dtype, seed=1)
        weight = self.native.parameter(values, place=place)
        restore = self.state(self.holding(weight)).snapshot()
        self.native.write(weight, random_bits((4, 3), dtype, seed=2))
        restore()
        assert bits(self.native.read(weight)) == bits(values)

    def test_tensors_of_each_sort_are_put_back(self) -> None:
        module = self.family()
        before = footprint(self.native, module)
        state = self.state(module)
        restore = state.snapshot()
        for name in state.specs:
            array = state.open(name)
            array[...] = 5
            state.flush(name, array)
        assert before.changes(footprint(self.native, module)) != []
        restore()
        assert before.changes(footprint(self.native, module)) == []

    def test_taking_a_snapshot_changes_nothing_and_so_does_an_idle_restore(self) -> None:
        module = self.family()
        before = footprint(self.native, module)
        restore = self.state(module).snapshot()
        assert before.changes(footprint(self.native, module)) == []
        restore()
        assert before.changes(footprint(self.native, module)) == []

    def test_a_replaced_tensor_is_put_back(self, place: str) -> None:
        weight = self.native.parameter(np.ones(3, F32), place=place)
        self.undoes(self.holding(weight), lambda module: self.replace(module, "w0"))

    def replace(self, module: ModuleT, name: str) -> None:
        """Put another tensor in the place of a parameter."""
        self.native.add_parameter(module, name, self.plain(2, 2, seed=9))

    def test_an_added_and_a_removed_tensor_are_undone(self) -> None:
        def change(module: ModuleT) -> None:
            self.native.remove(module, "w1")
            self.native.add_parameter(module, "extra", self.plain(2))
            self.native.add_buffer(module, "more", self.native.buffer(np.ones(2, F32)))

        self.undoes(self.holding(self.plain(3), self.plain(4)), change)

    def test_a_tensor_added_where_there_was_none_is_taken_away(self) -> None:
        root, empty = self.holding(self.plain(3)), self.native.module()
        self.native.add_child(root, "empty", empty)
        self.undoes(root, lambda _: self.native.add_parameter(empty, "w", self.plain(2)))

    def test_a_replaced_child_is_put_back(self) -> None:
        root = self.native.module()
        self.native.add_child(root, "inner", self.holding(self.plain(3)))
        new = self.holding(self.plain(3, seed=8))
        self.undoes(root, lambda module: self.native.add_child(module, "inner", new))

    def test_a_module_that_was_given_another_class_gets_its_own_back(self) -> None:
        module = self.holding(self.plain(3))
        other = type("Other", (type(module),), {})
        self.undoes(module, lambda module: setattr(module, "__class__", other))

    def test_a_tensor_replaced_in_a_plain_list_is_put_back(self) -> None:
        module, tails = self.native.module(), [self.plain(3), self.plain(4)]
        self.native.keep(module, "tails", tails)
        self.undoes(module, lambda _: tails.__setitem__(1, self.plain(4, seed=9)))

    def test_a_tensor_replaced_in_a_plain_tuple_is_put_back(self) -> None:
        module = self.native.module()
        self.native.keep(module, "tails", (self.plain(3),))
        new = (self.plain(3, seed=9),)
        self.undoes(module, lambda module: self.native.keep(module, "tails", new))

    @pytest.mark.parametrize(
        "values",
        [
            np.full((4, 3), 9, np.float32),
            np.full((3, 4), 9, np.float32),
            np.full(5, 9, np.float32),
            np.full((4, 3), 9, np.float64),
            np.full((), 9, np.float16),
        ],
        ids=["same", "transposed", "reshaped", "wider", "scalar"],
    )
    def test_a_tensor_that_took_anothers_memory_gets_its_own_back(self, values: Any) -> None:
        weight, other = self.native.parameter(np.ones((4, 3), F32)), self.native.parameter(values)
        module = self.holding(weight)
        memory = self.state(module).specs["w0"].memory
        self.undoes(module, lambda _: self.native.give_memory(weight, other))
        assert bits(self.native.read(other)) == bits(values)
        assert self.state(module).specs["w0"].memory == memory

    def undoes(self, module: ModuleT, change: Any) -> None:
        """Take a snapshot, change the module, restore: it must be what it was."""
        before = footprint(self.native, module)
        restore = self.state(module).snapshot()
        change(module)
        assert before.changes(footprint(self.native, module)) != []
        restore()
        assert before.changes(footprint(self.native, module)) == []

    def test_a_view_from_before_is_a_view_still(self, place: str) -> None:
        weight = self.native.parameter(np.ones(3, F32), place=place)
        state = self.state(self.holding(weight))
        array = state.open("w0")
        restore = state.snapshot()
        self.native.give_memory(weight, self.native.parameter(np.zeros(3, F32), place=place))
        restore()
        array[...] = 2
        state.flush("w0", array)
        assert self.native.read(weight).tolist() == [2, 2, 2]

    def test_shared_tensors_are_shared_afterwards(self) -> None:
        weight = self.plain(3)
        module = self.holding(weight, weight)
        self.undoes(module, lambda module: self.replace(module, "w1"))

    def test_axes_in_another_order_are_put_back(self) -> None:
        weight = self.native.permuted(random_bits((2, 3, 4), F32, seed=1), (2, 0, 1))
        module = self.holding(weight)
        self.undoes(module, lambda _: self.native.write(weight, np.zeros((2, 3, 4), F32)))

    def test_a_gradient_stays_through_it(self) -> None:
        weight = self.native.parameter(np.zeros(3, F32), trainable=True)
        self.native.set_gradient(weight, np.ones(3, F32))
        self.undoes(self.holding(weight), lambda _: self.native.write(weight, np.ones(3, F32)))
