"""A model as a tree of units: what is copied and compared as one.

A module with a registered layout is one unit with its whole subtree; so is a module the user mapped,
or one an init function is registered for. Any other module that owns tensors is a unit of its own
tensors only, with the identity layout. Everything else is a container. A wrapper (DataParallel) with
nothing but its one transparent child is not there at all: the child takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from padiff.errors import LayoutError
from padiff.layout import IDENTITY, Canonical, Layout, canonicalise, signature
from padiff.model import walk
from padiff.protocols import SupportsLayout

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from padiff.protocols import Array, LayerHandle, StateDictAdapter, TensorSpec
    from padiff.registry import Registry

__all__ = ["Node", "Unit", "build_tree", "enclosing", "join"]


def join(path: str, name: str) -> str:
    """The dotted path of what is called `name` below `path`; either may be empty.

    >>> join("encoder", "weight"), join("", "weight"), join("encoder", "")
    ('encoder.weight', 'weight', 'encoder')
    """
    return f"{path}.{name}" if path and name else path or name


def enclosing(path: str) -> Iterator[str]:
    """The dotted paths of all modules around one, from the inside out; the root's is empty.

    >>> list(enclosing("encoder.0.norm"))
    ['encoder.0', 'encoder', '']
    """
    while path:
        path = path.rpartition(".")[0]
        yield path


@dataclass(frozen=True)
class Unit:
    """A module whose tensors are copied, and whose calls are compared, as one."""

    handle: LayerHandle
    layout: Layout | None
    """None for a module only an init function can fill."""
    whole: bool
    """Whether the unit is the module with its subtree, or the module's own tensors alone."""
    state: StateDictAdapter = field(repr=False, compare=False)
    """The unit's tensors, by names relative to the module."""
    specs: Mapping[str, TensorSpec] = field(repr=False, compare=False)
    """What is known of the unit's tensors, without those left out."""
    left_out: frozenset[str] = frozenset()
    """Names of tensors the user ignores; the unit is as if it had none of these."""
    alike: dict[object, Canonical] = field(default_factory=dict, repr=False, compare=False)
    """What layouts made of other units' tensors, to be had for units whose tensors are alike."""

    @classmethod
    def of(
        cls,
        handle: LayerHandle,
        layout: Layout | None,
        *,
        whole: bool,
        left_out: frozenset[str] = frozenset(),
        alike: dict[object, Canonical] | None = None,
    ) -> Unit:
        """The unit of a module, its tensors listed as they are now.

        Listing all of one model's before the other's is faster than going to and fro between two
        frameworks, by a tenth of the time a plan takes.
        """
        state = handle.state(own=not whole)
        specs = _without(state.specs, left_out)
        return cls(handle, layout, whole, state, specs, left_out, {} if alike is None else alike)

    def in_copy(self, handle: LayerHandle) -> Unit:
        """The same unit of a copy of the model; `handle` is its module's there."""
        return Unit.of(handle, self.layout, whole=self.whole, left_out=self.left_out)

    @property
    def path(self) -> str:
        """Dotted path of the module in its model."""
        return self.handle.path

    @property
    def class_name(self) -> str:
        """The module's class, bare."""
        return type(self.handle.module).__name__

    def without(self, ignored: Callable[[str], bool] | None) -> Unit:
        """The unit without the tensors whose paths are ignored.

        A layout needs every tensor of its layer, so a unit that has one is left whole, unless all
        its tensors are ignored.
        """
        if ignored is None:
            return self
        names = frozenset(name for name in self.state.specs if ignored(self.tensor_path(name)))
        if not names or (self.layout is not IDENTITY and len(names) < len(self.state.specs)):
            return self
        return replace(self, specs=_without(self.specs, names), left_out=names)

    @cached_property
    def canonical(self) -> Canonical | LayoutError:
        """The canonical tensors, or why the layout does not fit this module."""
        if self.layout is None:
            return LayoutError(f"No layout is registered for {self.class_name}.")
        key = id(self.layout), signature(self.specs)
        if (found := self.alike.get(key)) is None:
            try:
                found = self.alike[key] = canonicalise(self.layout, self.specs)
            except LayoutError as error:
                return error
        return found

    @cached_property
    def canonical_specs(self) -> dict[str, TensorSpec]:
        """What is known of the canonical tensors, by canonical name; empty if the layout does not fit."""
        canonical = self.canonical
        owners = {} if isinstance(canonical, LayoutError) else canonical.owners
        return {name: self.specs[owner] for name, owner in owners.items()}

    @cached_property
    def views(self) -> dict[str, Array]:
        """The tensors in host memory by name, as writable views; two names of one share an array."""
        arrays: dict[object, Array] = {}
        found = {}
        for name, spec in self.specs.items():
            if spec.on_host and not spec.defect:
                if spec.memory not in arrays:
                    arrays[spec.memory] = self.state.open(name)
                found[name] = arrays[spec.memory]
        return found

    @property
    def has_tensors(self) -> bool:
        """Whether there is anything to copy: a tensor its layer does not derive itself."""
        derived = self.layout.recomputed_among(self.specs) if self.layout else ()
        return len(self.specs) > len(derived)

    @property
    def memories(self) -> frozenset[object]:
        """The identities of the unit's tensors, for telling tied weights."""
        return frozenset(spec.memory for spec in self.specs.values())

    def tensor_path(self, name: str) -> str:
        """The dotted path, from the model's root, of one of the unit's tensors."""
        return join(self.path, name)


def _without(specs: Mapping[str, TensorSpec], names: Collection[str]) -> Mapping[str, TensorSpec]:
    return {n: spec for n, spec in specs.items() if n not in names} if names else specs


@dataclass(frozen=True, slots=True)
class Node:
    """A module in the tree, with the canonical names of its children."""

    handle: LayerHandle
    unit: Unit | None
    children: tuple[tuple[str, Node], ...] = ()
    layout: Layout | None = field(default=None, repr=False)
    """A container's own layout: its settings and its children's names."""

    def units(self) -> Iterator[Unit]:
        """The units at and below this node, in definition order."""
        if self.unit:
            yield self.unit
        for _, child in self.children:
            yield from child.units()

    def nodes(self) -> Iterator[Node]:
        """This node and all below it, in definition order."""
        yield self
        for _, child in self.children:
            yield from child.nodes()


def build_tree(
    root: LayerHandle,
    registry: Registry,
    *,
    mapped: Collection[str] = (),
    opaque: Callable[[LayerHandle], bool] = lambda _: False,
    ignored: Callable[[LayerHandle], bool] = lambda _: False,
    ignored_tensor: Callable[[str], bool] | None = None,
) -> Node:
    """Cut a model into units.

    Args:
        root: The model.
        registry: Where layouts are looked up.
        mapped: Paths of modules the user mapped; each is one unit, whatever contains it.
        opaque: Whether an init function makes a module one unit.
        ignored: Whether a module and its subtree are left out.
        ignored_tensor: Whether the tensor of a path is left out; None if none is.
    """
    above = {prefix for path in mapped for prefix in enclosing(path)}
    find = _Finder(registry, root)
    alike: dict[object, Canonical] = {}

    def build(handle: LayerHandle, ancestors: frozenset[int]) -> Node:
        layout = find.layout_for(handle)
        tensor_layout = layout if layout and layout.view else None
        is_unit = handle.path in mapped or bool(tensor_layout) or opaque(handle)
        if is_unit and handle.path not in above:
            unit = Unit.of(handle, tensor_layout, whole=True, alike=alike)
            return Node(handle, unit.without(ignored_tensor))
        own = Unit.of(handle, IDENTITY, whole=False, alike=alike).without(ignored_tensor)
        inside = ancestors | {id(handle.module)}
        children = [
            (name, build(child, inside))
            for name, child in handle.children()
            if id(child.module) not in inside and not ignored(child)
        ]
        container = layout if layout and not layout.view else None
        if container and not own.state.specs and _is_transparent(container, children):
            return children[0][1]
        return Node(
            handle,
            own if own.state.specs else None,
            tuple(_renamed(children, container)),
            container,
        )

    return build(root, frozenset())


class _Finder:
    """Looks layouts up, once for each class."""

    def __init__(self, registry: Registry, root: LayerHandle) -> None:
        self._registry = registry
        self._brought = isinstance(root, SupportsLayout)
        self._known: dict[type, Layout | None] = {}

    def layout_for(self, handle: LayerHandle) -> Layout | None:
        """The layout that holds for a module; None if none is registered, or its parts are others."""
        if self._brought:
            return handle.layout if isinstance(handle, SupportsLayout) else None
        if (found := self._of_class(handle)) is None:
            return None
        layout = found.variant_for(handle.module)
        start = len(handle.path) + bool(handle.path)
        for part in walk(handle) if layout.parts else ():
            demanded = layout.demands(part.path[start:])
            if demanded and not set(demanded) & set(part.class_names):
                return None
        return layout

    def _of_class(self, handle: LayerHandle) -> Layout | None:
        cls = type(handle.module)
        if cls not in self._known:
            entry = self._registry.find_layout(handle.framework, handle.class_names)
            self._known[cls] = entry.layout if entry else None
        return self._known[cls]


def _is_transparent(container: Layout, children: list[tuple[str, Node]]) -> bool:
    """Whether a container is nothing but a wrapper of its one child."""
    return [container.children.get(name) for name, _ in children] == [""]


def _renamed(
    children: list[tuple[str, Node]], container: Layout | None
) -> Iterator[tuple[str, Node]]:
    for name, node in children:
        canonical = container.children.get(name, name) if container else name
        if canonical:
            yield canonical, node
        else:
            yield from node.children
            if node.unit:
                yield name, Node(node.handle, node.unit)
