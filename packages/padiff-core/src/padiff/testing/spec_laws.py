"""Laws of `StateDictAdapter.specs`: which tensors there are, in which order, and what is said of them."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
import pytest

from padiff.protocols import FrameworkAdapter, StateDictAdapter
from padiff.testing.laws import Laws
from padiff.testing.native import Defective, Native
from padiff.testing.values import Sizes, random_bits, same_bits

__all__ = ["F32", "SHAPES", "AdapterLaws", "SpecLaws"]

ModuleT = TypeVar("ModuleT")
TensorT = TypeVar("TensorT")

SHAPES = ((), (1,), (5,), (4, 3), (2, 1, 3), (2, 3, 4, 5), (0,), (0, 3), (3, 0, 2))
F32 = np.dtype(np.float32)


class AdapterLaws(Laws, Generic[ModuleT, TensorT]):
    """What a class of laws about an adapter has at hand."""

    adapter: FrameworkAdapter
    """The adapter under test."""
    native: Native[ModuleT, TensorT]
    """Its framework, used directly."""

    @classmethod
    def parameters(cls) -> dict[str, Mapping[str, Any]]:
        """What laws are repeated for."""
        native = cls.native
        return {
            "dtype": {np.dtype(dtype).name: np.dtype(dtype) for dtype in native.dtypes},
            "shape": {"x".join(map(str, shape)) or "scalar": shape for shape in SHAPES},
            "place": {place: place for place in native.places},
            "example": native.examples,
            "defect": native.defective(),
        }

    def state(self, module: ModuleT, *, own: bool = False) -> StateDictAdapter:
        """The module's tensors, through the adapter."""
        return self.adapter.handle(module).state(own=own)

    def holding(self, *tensors: TensorT) -> ModuleT:
        """A module with these parameters, called `w0`, `w1`, ..."""
        module = self.native.module()
        for number, tensor in enumerate(tensors):
            self.native.add_parameter(module, f"w{number}", tensor)
        return module

    def plain(self, *shape: int, seed: int = 0) -> TensorT:
        """A float32 parameter with random values."""
        values = np.random.default_rng(seed).normal(size=shape).astype(F32)
        return self.native.parameter(values)

    def family(self) -> ModuleT:
        """A module with a tensor of each sort, registered in an order that is not the listed one."""
        native = self.native
        inner, spare, root = native.module(), native.module(), native.module()
        native.add_parameter(inner, "scale", self.plain(2))
        native.add_parameter(spare, "shift", self.plain(3))
        native.add_child(root, "inner", inner)
        native.add_buffer(root, "mean", native.buffer(np.zeros(3, F32)))
        native.keep(root, "tails", [self.plain(4), (self.plain(5), {"deep": self.plain(6)})])
        native.add_buffer(root, "cache", native.buffer(np.ones(7, F32)), persistent=False)
        native.keep(root, "spares", {"first": spare})
        native.add_parameter(root, "weight", self.plain(8))
        native.add_parameter(root, "bias", self.plain(9))
        return root


class SpecLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of `specs`."""

    def test_tensors_are_listed_parameters_buffers_hidden_ones_children(self) -> None:
        assert list(self.state(self.family()).specs) == [
            "weight",
            "bias",
            "mean",
            "cache",
            "tails.0",
            "tails.1.0",
            "tails.1.1.deep",
            "inner.scale",
            "spares.first.shift",
        ]

    def test_a_modules_own_tensors_leave_out_its_childrens(self) -> None:
        own = self.state(self.family(), own=True).specs
        assert [name for name in own if "scale" in name or "shift" in name] == []
        assert len(own) == 7

    def test_a_spec_is_filed_under_its_name(self) -> None:
        specs = self.state(self.family()).specs
        assert {name: spec.name for name, spec in specs.items()} == {name: name for name in specs}

    def test_roles_tell_parameters_from_buffers(self) -> None:
        specs = self.state(self.family()).specs
        assert [name for name, spec in specs.items() if spec.role == "buffer"] == ["mean", "cache"]
        assert {spec.role for spec in specs.values()} == {"parameter", "buffer"}

    def test_persistent_is_what_the_state_dict_holds(self) -> None:
        module = self.family()
        listed = [name for name, spec in self.state(module).specs.items() if spec.persistent]
        assert listed == list(self.native.state_dict(module))
        assert listed == ["weight", "bias", "mean", "inner.scale"]

    def test_an_examples_tensors_are_those_of_its_state_dict(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        module = example(Sizes(0))
        state, truth = self.state(module), self.native.state_dict(module)
        assert [name for name, spec in state.specs.items() if spec.persistent] == list(truth)
        for name, tensor in truth.items():
            assert same_bits(np.array(state.open(name)), self.native.read(tensor)), name

    @pytest.mark.parametrize("trainable", [True, False], ids=["trained", "frozen"])
    def test_trainable_says_whether_there_will_be_a_gradient(self, *, trainable: bool) -> None:
        weight = self.native.parameter(np.ones(3, F32), trainable=trainable)
        assert self.state(self.holding(weight)).specs["w0"].trainable is trainable

    def test_shape_and_dtype_are_the_tensors(self, dtype: np.dtype[Any]) -> None:
        for shape in SHAPES:
            values = random_bits(shape, dtype)
            spec = self.state(self.holding(self.native.parameter(values))).specs["w0"]
            assert (spec.shape, spec.dtype, spec.nbytes) == (shape, dtype, values.nbytes)
            assert type(spec.shape) is tuple

    def test_the_device_is_the_tensors_and_says_whether_numpy_sees_it(self, place: str) -> None:
        weight = self.native.parameter(np.ones(3, F32), place=place)
        spec = self.state(self.holding(weight)).specs["w0"]
        assert (spec.device, spec.on_host) == (place, self.native.places[place])

    def test_a_registered_tensor_in_a_list_is_listed_once(self) -> None:
        weight = self.plain(3)
        module = self.holding(weight)
        self.native.keep(module, "all_weights", [weight])
        assert list(self.state(module).specs) == ["w0"]

    def test_what_a_hidden_module_registers_is_not_hidden_in_its_own_list(self) -> None:
        weight, root = self.plain(3), self.native.module()
        hidden = self.holding(weight)
        self.native.keep(hidden, "all_weights", [weight])
        self.native.keep(root, "layers", [hidden])
        assert list(self.state(root).specs) == ["layers.0.w0"]

    def test_a_tensor_at_any_depth_of_plain_containers_is_found(self) -> None:
        module, nested = self.native.module(), [self.plain(3)]
        for _ in range(8):
            nested = [nested]  # type: ignore[list-item]
        self.native.keep(module, "deep", nested)
        assert list(self.state(module).specs) == ["deep" + ".0" * 9]

    def test_a_container_that_holds_itself_is_entered_once(self) -> None:
        module = self.native.module()
        circle: list[object] = [self.plain(3)]
        circle.append(circle)
        self.native.keep(module, "circle", circle)
        assert list(self.state(module).specs) == ["circle.0"]

    def test_later_changes_do_not_show(self) -> None:
        module = self.holding(self.plain(3))
        state = self.state(module)
        self.native.add_parameter(module, "w1", self.plain(4))
        assert list(state.specs) == ["w0"]

    def test_a_tensor_without_values_says_why(
        self, defect: Callable[[], Defective[ModuleT]]
    ) -> None:
        case = defect()
        assert self.state(case.module).specs[case.name].defect == case.defect

    def test_a_tensor_with_values_has_no_defect(self, dtype: np.dtype[Any], place: str) -> None:
        weight = self.native.parameter(random_bits((2, 3), dtype), place=place)
        assert self.state(self.holding(weight)).specs["w0"].defect is None
