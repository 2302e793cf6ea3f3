"""A live model's tree as the entries of an index, and where its tensors are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from padiff.aligning.parameters import gradient_views, unit_gradients
from padiff.errors import LayoutError
from padiff.hyperparameters import NOT_APPLICABLE
from padiff.layout import IDENTITY, PARAMETERS, region_of
from padiff.steps import canonical_arrays, opened
from padiff.trace.index import ModuleEntry, SettingEntry, StateEntry
from padiff.trace.keys import state_key

if TYPE_CHECKING:
    from padiff.hyperparameters import Reading
    from padiff.layout import Layout
    from padiff.protocols import Array, TensorSpec
    from padiff.tree import Node, Unit

__all__ = ["Place", "Tree", "Wanted", "anything", "is_kept", "is_parameter"]

Wanted: TypeAlias = "Callable[[StateEntry], bool]"
"""Tells which tensors are asked for."""


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

    @property
    def is_leaf(self) -> bool:
        """Whether it is a unit with all below it, or has nothing below it."""
        unit = self.node.unit
        return (unit is not None and unit.whole) or not self.node.children


class Tree:
    """All places of a model, in definition order.

    Args:
        root: The model, cut into units.
    """

    def __init__(self, root: Node) -> None:
        self.places: list[Place] = []
        self._first: dict[int, int] = {}
        self._memories: dict[object, int] = {}
        self._add("", root, -1)

    def _add(self, name: str, node: Node, parent: int) -> None:
        place = len(self.places)
        same = self._first.setdefault(id(node.handle.module), place)
        entry = (
            self._entry(name, node, parent)
            if same == place
            else ModuleEntry(name, node.handle.path, parent, same=same)
        )
        self.places.append(Place(node, entry))
        for child, below in node.children:
            self._add(child, below, place)

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
            settings=dict(_settings(layout, handle.module)),
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
            yield self._state(name, view.shape, spec, (spec.memory, *_elements(view)))

    def _state(
        self, name: str, shape: tuple[int, ...], spec: TensorSpec, memory: tuple[object, ...]
    ) -> StateEntry:
        number = self._memories.setdefault(memory, len(self._memories))
        return StateEntry(
            name, shape, spec.dtype.name, spec.role, spec.trainable, spec.persistent, number
        )

    @property
    def distinct(self) -> Iterator[tuple[int, Place]]:
        """Each module once, with the place where it stands first."""
        return ((i, place) for i, place in enumerate(self.places) if place.entry.same < 0)

    def values(self, wanted: Wanted) -> Iterator[tuple[str, int, Array]]:
        """The current canonical tensors, those wanted: key, memory, and a view or staged copy."""
        for number, place in self.distinct:
            states = [state for state in place.entry.tensors if wanted(state)]
            unit = place.node.unit
            if not states or unit is None:
                continue
            arrays = _arrays(unit)
            for state in states:
                if state.name in arrays:
                    yield state_key(number, state.name), state.memory, arrays[state.name]

    def gradients(
        self, seen: Mapping[object, Array] | None = None
    ) -> Iterator[tuple[str, int, Array]]:
        """The gradients of all parameters that have one, likewise.

        Args:
            seen: By the memory of the parameter, those that were seen; None for the current ones.
        """
        for number, place in self.distinct:
            if place.node.unit is None or not place.entry.tensors:
                continue
            memories = {state.name: state.memory for state in place.entry.tensors}
            for name, array in _gradients(place.node.unit, seen).items():
                yield state_key(number, name), memories[name], array


def _gradients(unit: Unit, seen: Mapping[object, Array] | None) -> dict[str, Array]:
    if seen is None:
        return unit_gradients(unit)
    return gradient_views(
        unit, {n: seen[spec.memory] for n, spec in unit.specs.items() if spec.memory in seen}
    )


def _kind_of(unit: Unit | None, layout: Layout | None) -> str:
    if unit and unit.whole and not isinstance(unit.canonical, LayoutError):
        return unit.canonical.kind.name
    if layout is None or layout is IDENTITY:
        return ""
    name = layout.kind_of({}).name
    return "" if name == PARAMETERS.name else name


def _elements(view: Array) -> tuple[object, ...]:
    """Which elements of a tensor a view is of, in whatever order."""
    region = region_of(view)
    axes = zip(region.shape, region.strides, strict=True)
    return (region.offset, *sorted(axis for axis in axes if axis[0] != 1))


def _arrays(unit: Unit) -> dict[str, Array]:
    """A unit's tensors by canonical name (native names where its layout does not fit it)."""
    if isinstance(unit.canonical, LayoutError):
        found = {n: unit.state.open(n) for n, spec in unit.specs.items() if not spec.defect}
    else:
        found = canonical_arrays(unit, opened(unit, anew=True))
        owners = unit.canonical.owners
        found = {n: array for n, array in found.items() if not unit.specs[owners[n]].defect}
    return found


def _settings(layout: Layout | None, module: Any) -> Iterator[tuple[str, SettingEntry]]:
    for name, setting in layout.settings.items() if layout else ():
        try:
            reading = setting.read(module)
        except Exception:  # noqa: BLE001, S112 - not to be read here, the lint says so where it asks
            continue
        if (kept := _kept(setting.argument, reading)) is not None:
            yield name, kept


def _kept(argument: str, reading: Reading) -> SettingEntry | None:
    if reading.native is NOT_APPLICABLE:
        return SettingEntry(argument, None, None, applies=False)
    native, canonical = _plain(reading.native), _plain(reading.canonical)
    return (
        None
        if native is _UNKNOWN or canonical is _UNKNOWN
        else SettingEntry(argument, native, canonical)
    )


_UNKNOWN = object()


def _plain(value: Any) -> Any:
    """A setting as JSON holds it; `_UNKNOWN` if it cannot."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        items = [_plain(item) for item in value]
        return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
    return _UNKNOWN
