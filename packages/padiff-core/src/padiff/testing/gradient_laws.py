"""Laws of `StateDictAdapter.gradients`."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

import numpy as np

from padiff.protocols import Array
from padiff.testing.spec_laws import F32, AdapterLaws, ModuleT, TensorT
from padiff.testing.values import bits

__all__ = ["GradientLaws"]


class GradientLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of the gradients an adapter hands out."""

    def trained(self, *shape: int, gradient: Array | None = None, place: str = "") -> TensorT:
        """A trainable parameter, with a gradient or without."""
        weight = self.native.parameter(np.zeros(shape, F32), trainable=True, place=place)
        if gradient is not None:
            self.native.set_gradient(weight, gradient)
        return weight

    def test_a_gradient_has_the_name_and_values_of_its_tensor(
        self, shape: tuple[int, ...], place: str
    ) -> None:
        values = np.random.default_rng(3).normal(size=shape).astype(F32)
        module = self.holding(self.trained(*shape, gradient=values, place=place))
        found = self.state(module).gradients()
        assert {name: bits(array) for name, array in found.items()} == {"w0": bits(values)}

    def test_what_has_no_gradient_is_left_out(self) -> None:
        root = self.holding(self.trained(2), self.trained(3, gradient=np.ones(3, F32)))
        inner = self.holding(self.trained(4, gradient=np.ones(4, F32)), self.plain(5))
        self.native.add_child(root, "inner", inner)
        self.native.add_buffer(root, "mean", self.native.buffer(np.zeros(2, F32)))
        assert list(self.state(root).gradients()) == ["w1", "inner.w0"]

    def test_a_gradient_is_read_only(self, place: str) -> None:
        module = self.holding(self.trained(3, gradient=np.ones(3, F32), place=place))
        assert not self.state(module).gradients()["w0"].flags.writeable

    def test_a_gradient_of_a_tensor_in_another_order_has_the_tensors_shape(self) -> None:
        values = np.arange(24, dtype=F32).reshape(2, 3, 4)
        weight = self.native.permuted(np.zeros((2, 3, 4), F32), (2, 0, 1))
        self.native.set_gradient(weight, values)
        assert bits(self.state(self.holding(weight)).gradients()["w0"]) == bits(values)

    def test_a_shared_tensor_has_its_gradient_under_each_name(self) -> None:
        weight = self.trained(3, gradient=np.ones(3, F32))
        assert list(self.state(self.holding(weight, weight)).gradients()) == ["w0", "w1"]

    def test_a_hidden_tensor_has_its_gradient_too(self) -> None:
        module = self.native.module()
        self.native.keep(module, "tails", [self.trained(3, gradient=np.ones(3, F32))])
        assert list(self.state(module).gradients()) == ["tails.0"]

    def test_gradients_are_asked_for_anew_each_time(self) -> None:
        weight = self.trained(3)
        state = self.state(self.holding(weight))
        assert state.gradients() == {}
        self.native.set_gradient(weight, np.ones(3, F32))
        assert list(state.gradients()) == ["w0"]
