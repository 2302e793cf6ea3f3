"""The contract of layouts: canonical tensors are views, and cover a layer's tensors exactly once."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
import pytest

from padiff.adapters import Plugin
from padiff.errors import LayoutError, PlanError
from padiff.layout import Canonical, region_of
from padiff.protocols import Array, FrameworkAdapter
from padiff.registry import ClassKey, Registry
from padiff.steps import canonical_arrays, opened
from padiff.testing.laws import Laws
from padiff.testing.native import Native, NeutralCase
from padiff.testing.values import Sizes, bits, random_bits
from padiff.transfer import assign_weight
from padiff.tree import Unit, build_tree

__all__ = ["LayoutContract"]

_SEEDS = range(3)
ModuleT = TypeVar("ModuleT")
TensorT = TypeVar("TensorT")


class LayoutContract(Laws, Generic[ModuleT, TensorT]):
    """Subclass it under a name that begins with `Test`.

    Each law runs on each of `native.examples`, in several sizes.
    """

    adapter: FrameworkAdapter
    """The framework's adapter, which has its own contract."""
    plugin: Plugin
    """Registers the layouts under test."""
    native: Native[ModuleT, TensorT]
    """The framework, used directly."""

    @classmethod
    def parameters(cls) -> dict[str, Mapping[str, Any]]:
        """The examples and the neutral cases."""
        return {"example": cls.native.examples, "neutral": cls.native.neutral_cases}

    @classmethod
    def registry(cls) -> Registry:
        """The plugin's layouts and nothing else."""
        return Registry(cls.plugin.register)

    def unit(self, module: ModuleT) -> Unit:
        """The module as one unit of the tree."""
        node = build_tree(self.adapter.handle(module), self.registry())
        assert node.unit is not None, f"{type(module).__name__} has no tensors"
        assert node.unit.whole, f"no layout holds for {type(module).__name__}"
        return node.unit

    def units(
        self, example: Callable[[Sizes], ModuleT], seed: int = 0, count: int = 1
    ) -> list[Unit]:
        """Equal layers, each with random bits of its own in every tensor."""
        units = [self.unit(example(Sizes(seed))) for _ in range(count)]
        for number, unit in enumerate(units):
            self.randomise(unit, number)
        return units

    def randomise(self, unit: Unit, seed: int) -> None:
        """Write random bits into every tensor of a layer, past the adapter."""
        for number, tensor in enumerate(self.live(unit).values()):
            now = self.native.read(tensor)
            self.native.write(tensor, random_bits(now.shape, now.dtype, 100 * seed + number))

    def live(self, unit: Unit) -> dict[str, TensorT]:
        """The layer's own tensors by name, found past the adapter; without what it derives itself."""
        module = unit.handle.module
        found = {**self.native.state_dict(module), **self.native.beside(module)}
        kept = [name for name in unit.specs if name not in _canonical(unit).recomputed]
        assert sorted(found.keys() - set(_canonical(unit).recomputed)) == sorted(kept)
        return {name: found[name] for name in kept}

    def test_every_registered_layout_has_an_example(self) -> None:
        registry = self.registry()
        shown: set[ClassKey] = set()
        for example in self.native.examples.values():
            handle = self.adapter.handle(example(Sizes(0)))
            entry = registry.find_layout(handle.framework, handle.class_names)
            shown |= {entry.key} if entry else set()
        registered = {key for key, entry in registry.layouts.items() if entry.layout.view}
        assert sorted(map(str, registered - shown)) == []

    def test_its_canonical_tensors_are_those_of_its_kind(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        for seed in _SEEDS:
            canonical = _canonical(self.unit(example(Sizes(seed))))
            assert canonical.views
            assert canonical.kind.check(canonical.shapes) == {}
            assert not canonical.kind.open

    def test_its_views_cover_each_element_exactly_once(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        for seed in _SEEDS:
            unit = self.unit(example(Sizes(seed)))
            counts = _counters(unit)
            for view in _distinct(canonical_arrays(unit, counts)):
                np.add(view, 1, out=view)
            assert {name: np.unique(count).tolist() for name, count in counts.items()} == {
                name: [1] if count.size else [] for name, count in counts.items()
            }

    def test_what_is_written_canonically_arrives_in_the_layer(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        (unit,) = self.units(example)
        tensors = opened(unit)
        written = {}
        for seed, (name, view) in enumerate(canonical_arrays(unit, tensors).items()):
            view[...] = random_bits(view.shape, view.dtype, seed)
            written[name] = bits(view)
        for name, array in tensors.items():
            unit.state.flush(name, array)
        natively = {name: self.native.read(tensor) for name, tensor in self.live(unit).items()}
        seen = canonical_arrays(unit, natively)
        assert {name: bits(view) for name, view in seen.items()} == written

    def test_there_and_back_is_bit_exact(self, example: Callable[[Sizes], ModuleT]) -> None:
        for seed in _SEEDS:
            base, raw, back = self.units(example, seed, count=3)
            before = self.values(base)
            assert self.values(back) != before
            self.copy(base, raw)
            self.copy(raw, back)
            assert self.values(back) == before

    def values(self, unit: Unit) -> dict[str, object]:
        """The bits of each tensor of a layer."""
        return {name: bits(self.native.read(tensor)) for name, tensor in self.live(unit).items()}

    def copy(self, base: Unit, raw: Unit) -> None:
        """Copy canonical tensor by canonical tensor."""
        tensors = opened(raw)
        values = canonical_arrays(base, opened(base))
        for name, view in canonical_arrays(raw, tensors).items():
            np.copyto(view, values[name])
        for name, array in tensors.items():
            raw.state.flush(name, array)

    def test_it_needs_to_read_and_write_nothing(self, example: Callable[[Sizes], ModuleT]) -> None:
        unit = self.unit(example(Sizes(0)))
        tensors = _counters(unit)
        for array in tensors.values():
            array.flags.writeable = False
        given = dict(tensors)
        views = canonical_arrays(unit, tensors)
        assert tensors.keys() == given.keys()
        assert all(tensors[name] is given[name] for name in given)
        assert [name for name, view in views.items() if view.flags.writeable] == []

    def test_it_says_the_same_twice(self, example: Callable[[Sizes], ModuleT]) -> None:
        unit = self.unit(example(Sizes(0)))
        tensors = _counters(unit)
        one, other = (canonical_arrays(unit, tensors) for _ in range(2))
        assert list(one) == list(other)
        assert [region_of(view) for view in one.values()] == [
            region_of(view) for view in other.values()
        ]

    def test_a_tensor_a_layer_leaves_out_stands_for_its_neutral_value(
        self, neutral: NeutralCase[ModuleT]
    ) -> None:
        base, raw = neutral.without(Sizes(0)), neutral.complete(Sizes(0))
        inputs = neutral.inputs(Sizes(0))
        expected = self.native.call(base, inputs)
        report = assign_weight(base, raw, registry=self.registry())
        assert [r.raw for r in report.select("derived") if "neutral" in r.note]
        np.testing.assert_allclose(self.native.call(raw, inputs), expected, rtol=1e-5, atol=1e-6)

    def test_a_tensor_that_is_left_out_must_hold_its_neutral_value(
        self, neutral: NeutralCase[ModuleT]
    ) -> None:
        base, raw = neutral.complete(Sizes(0)), neutral.without(Sizes(0))
        for tensor in self.native.state_dict(base).values():
            self.native.write(tensor, np.full_like(self.native.read(tensor), 3))
        with pytest.raises(PlanError, match="does not hold its neutral value"):
            assign_weight(base, raw, registry=self.registry())


def _canonical(unit: Unit) -> Canonical:
    if isinstance(unit.canonical, LayoutError):
        raise unit.canonical
    return unit.canonical


def _counters(unit: Unit) -> dict[str, Array]:
    """A zero for each element of the layer's tensors; names of one tensor share theirs."""
    shared: dict[object, Array] = {}
    skipped = _canonical(unit).recomputed
    return {
        name: shared.setdefault(spec.memory, np.zeros(spec.shape, np.int64))
        for name, spec in unit.specs.items()
        if name not in skipped
    }


def _distinct(views: Mapping[str, Array]) -> Iterator[Array]:
    """Each view once: two canonical names may stand for the same elements."""
    yield from {region_of(view): view for view in views.values()}.values()
