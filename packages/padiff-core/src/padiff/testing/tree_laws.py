"""Laws of `LayerHandle` and `FrameworkAdapter`: the tree of modules, and what it is made of."""

# ruff: noqa: D102 - a law's name says what must hold.

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from padiff.model import walk
from padiff.protocols import FrameworkAdapter, LayerHandle, StateDictAdapter
from padiff.testing.footprint import footprint
from padiff.testing.signatures import differences
from padiff.testing.spec_laws import F32, AdapterLaws, ModuleT, TensorT
from padiff.testing.values import Sizes

__all__ = ["TreeLaws"]


class TreeLaws(AdapterLaws[ModuleT, TensorT]):
    """Laws of handles, and of the adapter itself."""

    def children(self, module: ModuleT) -> list[tuple[str, str, object]]:
        """Name, path and module of each child."""
        handle = self.adapter.handle(module)
        return [(name, child.path, child.module) for name, child in handle.children()]

    def nested(self) -> tuple[ModuleT, list[ModuleT]]:
        """A root with three modules, each in the one before it; and all four."""
        modules = [self.native.module() for _ in range(4)]
        for outer, inner in pairwise(modules):
            self.native.add_child(outer, "inner", inner)
        return modules[0], modules

    def test_the_root_has_the_empty_path(self) -> None:
        module = self.native.module()
        handle = self.adapter.handle(module)
        assert handle.path == ""
        assert handle.module is module

    def test_paths_are_dotted_from_the_root(self) -> None:
        root, modules = self.nested()
        handles = list(walk(self.adapter.handle(root)))
        assert [handle.path for handle in handles] == [
            "",
            "inner",
            "inner.inner",
            "inner.inner.inner",
        ]
        assert [handle.module for handle in handles] == modules

    def test_children_come_in_definition_order_and_hidden_ones_last(self) -> None:
        root, hidden = self.native.module(), self.native.module()
        self.native.keep(root, "spares", [hidden, {"one": hidden}])
        names = ["zeta", "alpha", "middle"]
        added = [self.native.module() for _ in names]
        for name, child in zip(names, added, strict=True):
            self.native.add_child(root, name, child)
        names += ["spares.0", "spares.1.one"]
        assert self.children(root) == [
            (name, name, child) for name, child in zip(names, [*added, hidden, hidden], strict=True)
        ]

    def test_a_child_with_two_names_is_listed_under_both(self) -> None:
        root, child = self.native.module(), self.native.module()
        self.native.add_child(root, "one", child)
        self.native.add_child(root, "two", child)
        assert self.children(root) == [("one", "one", child), ("two", "two", child)]

    def test_a_module_that_knows_its_parent_ends_the_walk(self) -> None:
        root, child = self.native.module(), self.holding(self.plain(3))
        self.native.add_child(root, "child", child)
        self.native.keep(child, "parents", [root])
        assert list(self.state(root).specs) == ["child.w0"]
        assert [handle.path for handle in walk(self.adapter.handle(root))] == ["", "child"]

    def test_every_handle_names_the_framework(self) -> None:
        root, _ = self.nested()
        names = {handle.framework for handle in walk(self.adapter.handle(root))}
        assert names == {self.adapter.framework}

    def test_class_names_follow_the_mro_dotted_before_bare(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        module = example(Sizes(0))
        module.__class__ = type("Mine", (type(module),), {})
        names = list(self.adapter.handle(module).class_names)
        places = []
        for cls in self.native.classes(module):
            dotted = names.index(f"{cls.__module__}.{cls.__qualname__}")
            assert cls.__name__ in names[dotted:]
            places.append(dotted)
        assert places == sorted(places)

    def test_class_names_go_from_the_module_to_its_bases(
        self, example: Callable[[Sizes], ModuleT]
    ) -> None:
        module = example(Sizes(0))
        names = list(self.adapter.handle(module).class_names)
        order = [cls.__name__ for cls in self.native.classes(module)]
        assert list(dict.fromkeys(map(_bare, names))) == list(dict.fromkeys(order))

    def test_the_frameworks_own_base_class_has_no_name(self) -> None:
        names = self.adapter.handle(self.native.module()).class_names
        assert self.native.module_type.__name__ not in names

    def test_looking_leaves_no_trace(self, example: Callable[[Sizes], ModuleT]) -> None:
        module = example(Sizes(0))
        before = footprint(self.native, module)
        for handle in walk(self.adapter.handle(module)):
            state = handle.state()
            for name, spec in state.specs.items():
                if spec.defect is None:
                    state.flush(name, state.open(name))
            state.gradients()
            state.snapshot()
            assert handle.class_names
        assert before.changes(footprint(self.native, module)) == []

    def test_it_owns_modules_and_nothing_else(self) -> None:
        assert self.adapter.owns(self.native.module())
        others: list[object] = [self.native.module_type, type(self.native.module()), None, "", 3]
        others.append(self.plain(3))
        assert [other for other in others if self.adapter.owns(other)] == []

    def test_without_gradients_a_parameter_can_be_written_and_stays_one(self) -> None:
        weight = self.native.parameter(np.zeros(3, F32), trainable=True)
        identity, ambient = self.native.identity(weight), self.native.ambient()
        with self.adapter.no_grad():
            self.native.increment(weight)
        assert self.native.read(weight).tolist() == [1, 1, 1]
        assert self.native.identity(weight) == identity
        assert self.native.ambient() == ambient

    def test_the_methods_have_the_protocols_signatures(self) -> None:
        handle = self.adapter.handle(self.native.module())
        checked = {
            FrameworkAdapter: self.adapter,
            LayerHandle: handle,
            StateDictAdapter: handle.state(),
        }
        found = {type(value).__name__: differences(value, p) for p, value in checked.items()}
        assert found == {name: [] for name in found}

    def test_framework_and_version_are_said(self) -> None:
        assert self.adapter.framework.isidentifier()
        assert self.adapter.version[0].isdigit()


def _bare(name: str) -> str:
    return name.rpartition(".")[2]
