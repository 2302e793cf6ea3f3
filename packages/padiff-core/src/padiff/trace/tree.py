"""A live model's tree as the entries of an index, and where its tensors are read from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.aligning.parameters import gradient_views, unit_gradients
from padiff.errors import LayoutError, TraceError
from padiff.layout import IDENTITY, PARAMETERS, region_of
from padiff.steps import canonical_arrays, opened
from padiff.trace.index import DEEPEST, ModuleEntry, StateEntry
from padiff.trace.keys import state_key
from padiff.trace.settings import setting_entries
from padiff.tree import build_tree

if TYPE_CHECKING:
    from padiff.layout import Layout
    from padiff.model import ProxyModel
    from padiff.protocols import Array, TensorSpec
    from padiff.registry import Registry
    from padiff.tree import Node, Unit

__all__ = ["Place", "Tree", "Wanted", "anything", "is_kept", "is_parameter", "look_at", "too_deep"]

Wanted: TypeAlias = "Callable[[StateEntry], bool]"
"""Tells which tensors are asked for."""


_SHOWN = 200
"""Characters of a path that a message shows."""


def anything(_: StateEntry) -> bool:
    """Every tensor."""
    return True


def is_kept(state: StateEntry) -> bool:
    """Whether a layer keeps it up itself, and no optimizer steps it.

    Not buffers alone: paddle's BatchNorm has its running statistics as parameters.
    """
    return state.role == "buffer" or not state.trainable


def is_parameter(state: StateEntry) -> bool:
    """Whether an optimizer may step it."""
    return state.role == "parameter"


@dataclass(frozen=True)
class Place:
    """One place in the tree of a live model."""

    node: Node
    entry: ModuleEntry
    depth: int
    """0 for the model itself."""

    @property
    def is_leaf(self) -> bool:
        """Whether it is a unit with all below it, or has nothing below it."""
        unit = self.node.unit
        return (unit is not None and unit.whole) or not self.node.children


class Tree:
    """All places of a model, in definition order.

    Args:
        root: The model, cut into units.

    Raises:
        TraceError: If its modules are nested too deeply for a trace.
    """

    def __init__(self, root: Node) -> None:
        self.places: list[Place] = []
        self._first: dict[int, int] = {}
        self._memories: dict[object, int] = {}
        self._add("", root, -1, 0)

    def _add(self, name: str, node: Node, parent: int, depth: int) -> None:
        if depth > DEEPEST:
            raise too_deep(node.handle.path)
        place = len(self.places)
        same = self._first.setdefault(id(node.handle.module), place)
        entry = (
            self._entry(name, node, parent)
            if same == place
            else ModuleEntry(name, node.handle.path, parent, same=same)
        )
        self.places.append(Place(node, entry, depth))
        for child, below in node.children:
            self._add(child, below, place, depth + 1)

    def _entry(self, name: str, node: Node, parent: int) -> ModuleEntry:
        handle, unit = node.handle, node.unit
        layout = node.layout if unit is None or not unit.whole else unit.layout
        problem = str(unit.canonical) if unit and isinstance(unit.canonical, LayoutError) else ""
        training = getattr(handle.module, "training", None)
        return ModuleEntry(
            name=name,
            path=handle.path,
            parent=parent,
            class_names=tuple(handle.class_names) or (type(handle.module).__name__,),
            class_name=type(handle.module).__name__,
            kind="" if problem else _kind_of(unit, layout),
            unit="" if unit is None else "whole" if unit.whole else "own",
            tensors=tuple(self._states(unit)) if unit else (),
            problem=problem,
            settings=dict(setting_entries(layout, handle.module)),
            training=None if training is None else bool(training),
        )

    def _states(self, unit: Unit) -> Iterator[StateEntry]:
        canonical = unit.canonical
        if isinstance(canonical, LayoutError):
            for spec in unit.specs.values():
                yield self._state(spec.name, spec.shape, spec, (spec.memory,))
            return
        for name, view in canonical.views.items():
            spec = unit.specs[canonical.owners[name]]
            yield self._state(name, view.shape, spec, (spec.memory, *region_of(view)[1:]))

    def _state(
        self, name: str, shape: tuple[int, ...], spec: TensorSpec, memory: tuple[object, ...]
    ) -> StateEntry:
        return StateEntry(
            name=name,
            shape=shape,
            dtype=spec.dtype.name,
            role=spec.role,
            trainable=spec.trainable,
            persistent=spec.persistent,
            memory=self._memories.setdefault(memory, len(self._memories)),
            defect=spec.defect or "",
        )

    @property
    def distinct(self) -> Iterator[tuple[int, Place]]:
        """Each module once, with the place where it stands first."""
        return ((i, place) for i, place in enumerate(self.places) if place.entry.same < 0)

    @cached_property
    def states(self) -> Mapping[str, StateEntry]:
        """The canonical tensors by key."""
        return {
            state_key(number, state.name): state
            for number, place in self.distinct
            for state in place.entry.tensors
        }

    def values(self, wanted: Collection[str]) -> Iterator[tuple[str, int, Array]]:
        """The canonical tensors of these keys: key, memory, and a view or staged copy."""
        for number, place in self.distinct:
            keys = {state_key(number, state.name): state for state in place.entry.tensors}
            found = {key: state for key, state in keys.items() if key in wanted}
            if found and place.node.unit is not None:
                arrays = _arrays(place.node.unit)
                yield from ((key, s.memory, arrays[s.name]) for key, s in found.items())

    def gradients(
        self, seen: Mapping[str, Array] | None = None
    ) -> Iterator[tuple[str, int, Array]]:
        """The gradients of all parameters that have one, likewise.

        Args:
            seen: By a path of the parameter, those that were seen; None for the current ones.
        """
        units = [(n, p, p.node.unit) for n, p in self.distinct if p.node.unit and p.entry.tensors]
        by_memory = {
            spec.memory: seen[unit.tensor_path(name)]
            for _, _, unit in units
            for name, spec in unit.specs.items()
            if seen is not None and unit.tensor_path(name) in seen
        }
        for number, place, unit in units:
            memories = {state.name: state.memory for state in place.entry.tensors}
            found = (
                unit_gradients(unit)
                if seen is None
                else gradient_views(
                    unit,
                    {
                        n: by_memory[s.memory]
                        for n, s in unit.specs.items()
                        if s.memory in by_memory
                    },
                )
            )
            for name, array in found.items():
                yield state_key(number, name), memories[name], array


def look_at(proxy: ProxyModel[Any], registry: Registry) -> Tree:
    """A model as it is now, with the modules that its user mapped as one unit each.

    Raises:
        TraceError: If its modules are nested too deeply for a trace.
    """
    layers = proxy.layer_map
    mapped = layers.paths if layers and not layers.auto else ()
    try:
        return Tree(build_tree(proxy.handle(), registry, mapped=mapped))
    except RecursionError:
        raise too_deep(proxy.name) from None


def too_deep(where: str) -> TraceError:
    """What to raise of modules within modules within modules."""
    return TraceError(
        "The modules of the model are nested too deeply for a trace.",
        where=where if len(where) <= _SHOWN else f"{where[:_SHOWN]}...",
        expected=f"at most {DEEPEST} modules around another",
    )


def _kind_of(unit: Unit | None, layout: Layout | None) -> str:
    if unit and unit.whole and not isinstance(unit.canonical, LayoutError):
        return unit.canonical.kind.name
    if layout is None or layout is IDENTITY:
        return ""
    name = layout.kind_of({}).name
    return "" if name == PARAMETERS.name else name


def _arrays(unit: Unit) -> dict[str, Array]:
    """A unit's tensors by canonical name (native names where its layout does not fit it)."""
    if isinstance(unit.canonical, LayoutError):
        return {n: unit.state.open(n) for n, spec in unit.specs.items() if not spec.defect}
    return canonical_arrays(unit, opened(unit, anew=True))
