"""Laws of `TensorSpec.memory`: equal for two names exactly when they are the same tensor."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

import numpy as np

from padiff.testing.spec_laws import F32, AdapterLaws, ModuleT, TensorT

__all__ = ["TieLaws"]


class TieLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of shared tensors."""

    def memories(self, module: ModuleT) -> list[object]:
        """`memory` of each tensor of a module, in order."""
        return [spec.memory for spec in self.state(module).specs.values()]

    def test_one_tensor_under_two_names_has_one_memory(
        self, shape: tuple[int, ...], place: str
    ) -> None:
        weight = self.native.parameter(np.ones(shape, F32), place=place)
        one, other = self.memories(self.holding(weight, weight))
        assert one == other
        assert hash(one) == hash(other)

    def test_two_tensors_have_two_memories(self, shape: tuple[int, ...], place: str) -> None:
        pair = [self.native.parameter(np.ones(shape, F32), place=place) for _ in range(2)]
        one, other = self.memories(self.holding(*pair))
        assert one != other

    def test_a_tensor_shared_between_modules_is_listed_under_both(self) -> None:
        weight, root = self.plain(4, 3), self.native.module()
        for name in ("encoder", "decoder"):
            self.native.add_child(root, name, self.holding(weight))
        specs = self.state(root).specs
        assert list(specs) == ["encoder.w0", "decoder.w0"]
        assert specs["encoder.w0"].memory == specs["decoder.w0"].memory

    def test_a_module_registered_twice_is_listed_under_both_names(self) -> None:
        child, root = self.holding(self.plain(2), self.plain(3)), self.native.module()
        for name in ("first", "again"):
            self.native.add_child(root, name, child)
        specs = self.state(root).specs
        assert list(specs) == ["first.w0", "first.w1", "again.w0", "again.w1"]
        assert specs["first.w1"].memory == specs["again.w1"].memory
        assert specs["first.w0"].memory != specs["first.w1"].memory

    def test_a_hidden_tensor_can_be_shared_too(self) -> None:
        weight, module = self.plain(3), self.native.module()
        self.native.keep(module, "tails", [weight, weight])
        one, other = self.memories(module)
        assert one == other

    def test_a_part_of_a_tensor_is_another_tensor_in_the_same_memory(self) -> None:
        weight = self.plain(3, 2)
        module = self.holding(weight, self.native.first_row(weight))
        state = self.state(module)
        whole, row = state.specs.values()
        assert whole.memory != row.memory
        assert np.shares_memory(state.open("w0"), state.open("w1")) == whole.on_host

    def test_memory_is_the_same_however_often_it_is_asked_for(self) -> None:
        module = self.family()
        assert self.memories(module) == self.memories(module)
