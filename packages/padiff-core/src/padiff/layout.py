"""A layout: one framework class's tensors, seen as the canonical tensors of its kind.

A layout's function takes the arrays of one layer by state-dict name and returns arrays by canonical
name. Every returned array is a *view*: a transpose, a slice, a reshape, a new name. Writing into a
canonical array therefore writes the layer, and one function serves reading, writing and gradients:

>>> import numpy as np
>>> weight = np.zeros((3, 2))  # paddle stores a Linear's weight as (in, out)
>>> canonical = {"weight": weight.T}
>>> canonical["weight"][...] = [[1, 2, 3], [4, 5, 6]]  # the canonical order is (out, in)
>>> weight
array([[1., 4.],
       [2., 5.],
       [3., 6.]])

Layouts see arrays, never modules, so they can be imported and tested with no framework installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from padiff.errors import LayoutError
from padiff.kind import Kind
from padiff.protocols import Array, Tensors, TensorSpec

if TYPE_CHECKING:
    from padiff.hyperparameters import Setting
    from padiff.rules import Rule

__all__ = [
    "IDENTITY",
    "PARAMETERS",
    "Canonical",
    "Layout",
    "Region",
    "View",
    "canonicalise",
    "region_of",
    "signature",
]

_OWN_TENSORS = "a subclass with tensors of its own needs its own layout or init function"

View: TypeAlias = Callable[[Tensors], dict[str, Array]]
"""A layout's function: arrays by state-dict name to views of them by canonical name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one class of one framework stores a layer of some kind."""

    kind: Kind | Callable[[Tensors], Kind]
    """The kind, or a function that tells it from the arrays (a wrapper around any RNN cell)."""
    view: View | None = None
    """The function to canonical views. None for a container: its children are layers of their own,
    and only its settings and its children's names concern padiff."""
    kinds: tuple[Kind, ...] = ()
    """What `kind` may return if it is a function."""
    recomputed: tuple[str, ...] | Callable[[Collection[str]], Collection[str]] = ()
    """Patterns of tensor names whose values the layer derives itself before it uses them, or a
    function that picks such names from those of all of a layer's tensors."""
    aliases: tuple[str, ...] = ()
    """Patterns of names under which tensors are listed a second time."""
    children: Mapping[str, str] = field(default_factory=dict)
    """Canonical names of a container's children where they differ; `""` makes a child transparent
    (a wrapper such as DataParallel, whose one child stands for the whole)."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By pattern of a path below the module, the classes a module there must be one of. Where it is
    another (a user's cell in a wrapper, a projection somebody replaced), the layout does not hold:
    the module is then cut up as if its class were registered nowhere."""
    variants: Mapping[str, Layout] = field(default_factory=dict)
    """By attribute of the module, the layout to take instead where the attribute is true: for an
    argument that decides how a tensor is stored and leaves no trace in the shape of a square one."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """Where this class keeps the hyper-parameters its kind declares, by their canonical names."""
    rules: tuple[Rule, ...] = ()
    """What to look out for in a layer of this class; asked by `padiff.lint`."""

    def recomputed_among(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of a layer's tensor `names` whose values the layer derives itself."""
        if callable(self.recomputed):
            return tuple(self.recomputed(names))
        return tuple(name for name in names if _matches(name, self.recomputed))

    def variant_for(self, module: object) -> Layout:
        """The layout that holds for this very module: itself, or one of its variants."""
        chosen = (layout for name, layout in self.variants.items() if getattr(module, name, False))
        return next(chosen, self)

    def demands(self, path: str) -> tuple[str, ...]:
        """The classes a module at `path` below this one may be of; empty if any may be there."""
        found = (names for pattern, names in self.parts.items() if fnmatchcase(path, pattern))
        return next(found, ())

    def is_alias(self, name: str) -> bool:
        """Whether `name` is a second name."""
        return _matches(name, self.aliases)

    def kind_of(self, tensors: Tensors) -> Kind:
        """The kind of a layer with these tensors."""
        return self.kind if isinstance(self.kind, Kind) else self.kind(tensors)

    @property
    def possible_kinds(self) -> tuple[Kind, ...]:
        """Every kind a layer of the class can be of."""
        return (self.kind,) if isinstance(self.kind, Kind) else self.kinds


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


PARAMETERS = Kind(
    "parameters", summary="tensors of a module no layout is registered for", open=True
)
"""The kind of a module nobody registered: its tensors are compared by their own names."""

IDENTITY = Layout(PARAMETERS, dict)
"""The layout of such a module: every tensor as it is, under its own name."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A layout applied to stand-ins for one layer's tensors, without touching its memory."""

    kind: Kind
    views: Mapping[str, Array]
    """By canonical name, an array of the tensor's canonical shape and dtype with no values in it."""
    owners: Mapping[str, str]
    """By canonical name, the state-dict name of the tensor it is a view of."""
    recomputed: tuple[str, ...]
    """State-dict names of tensors the layer derives itself."""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Canonical shapes by name."""
        return {name: view.shape for name, view in self.views.items()}


class Region(NamedTuple):
    """Which elements of a tensor a view covers, and in which order."""

    root: int
    """Identity of the array that owns the memory."""
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def region_of(view: Array) -> Region:
    """The region of the array a view was made from; equal for two names of the same elements."""
    root = view if view.base is None else view.base
    offset = view.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    return Region(id(root), offset, view.shape, view.strides)


def signature(specs: Mapping[str, TensorSpec]) -> tuple[object, ...]:
    """Equal for layers whose tensors look alike: names, shapes, dtypes, and which are the same."""
    first: dict[object, int] = {}
    return tuple(
        (name, spec.shape, spec.dtype, first.setdefault(spec.memory, i))
        for i, (name, spec) in enumerate(specs.items())
    )


def canonicalise(layout: Layout, specs: Mapping[str, TensorSpec]) -> Canonical:
    """Apply a layout to stand-ins of a layer's tensors, and check that it keeps its contract.

    The stand-ins are uninitialised arrays of the right shape and dtype, so that no weight is read.

    Raises:
        LayoutError: If the function asks for a tensor the layer does not have, returns a copy, leaves
            out a tensor (or a part of one) that is not `recomputed`, or returns names or shapes its
            kind does not have.
    """
    recomputed = layout.recomputed_among(specs)
    stand_ins: dict[object, Array] = {}
    tensors: dict[str, Array] = {}
    for name, spec in specs.items():
        if name not in recomputed:
            tensors[name] = stand_ins.setdefault(spec.memory, _stand_in(spec))
    kind, views = _call(layout, tensors)
    owners = _owners(views, sorted(tensors.items(), key=lambda item: layout.is_alias(item[0])))
    _check_covered(views, owners, tensors)
    if reasons := kind.check({name: view.shape for name, view in views.items()}):
        raise LayoutError(
            f"The tensors are not those of a {kind.name} layer.",
            got="\n".join(f"{name} {views[name].shape}: {why}" for name, why in reasons.items()),
            expected=", ".join(f"{t.name} ({t.shape})" for t in kind.tensors),
            hint="" if all(kind.find(name) for name in reasons) else _OWN_TENSORS,
        )
    return Canonical(kind, views, owners, recomputed)


def _stand_in(spec: TensorSpec) -> Array:
    try:
        return np.empty(spec.shape, spec.dtype)
    except MemoryError as error:
        raise LayoutError(
            "A tensor is larger than the memory of this machine.",
            got=f"{spec.name} {spec.shape} {spec.dtype}",
        ) from error


def _call(layout: Layout, tensors: Tensors) -> tuple[Kind, dict[str, Array]]:
    try:
        return layout.kind_of(tensors), layout.view(tensors) if layout.view else {}
    except (KeyError, ValueError, IndexError) as error:
        raise LayoutError(
            "The layout registered for its class does not fit the layer.",
            got=f"{type(error).__name__}: {error} with {_listed(tensors)}",
        ) from error


def _owners(views: Mapping[str, Array], tensors: list[tuple[str, Array]]) -> dict[str, str]:
    names: dict[int, str] = {}
    for name, array in tensors:
        names.setdefault(id(array), name)
    owners = {}
    for canonical, view in views.items():
        root = view if id(view) in names else view.base
        if id(root) not in names:
            raise LayoutError(
                f"The layout returned '{canonical}' as a copy.",
                expected="a view of one of the layer's tensors: writing into it must write the layer",
            )
        owners[canonical] = names[id(root)]
    return owners


def _check_covered(views: Mapping[str, Array], owners: Mapping[str, str], tensors: Tensors) -> None:
    regions: dict[Region, str] = {region_of(views[name]): owners[name] for name in owners}
    seen = dict.fromkeys(owners.values(), 0)
    for region, owner in regions.items():
        seen[owner] += math.prod(region.shape)
    claimed = {id(tensors[owner]) for owner in seen}
    left = [name for name, array in tensors.items() if id(array) not in claimed]
    if left:
        raise LayoutError(
            "The layer has tensors its class's layout knows nothing of.",
            got=_listed({name: tensors[name] for name in left}),
            hint=_OWN_TENSORS,
        )
    for owner, count in seen.items():
        if count != tensors[owner].size:
            raise LayoutError(
                f"The layout's views do not cover '{owner}' exactly once.",
                got=f"{count} elements in views",
                expected=f"{tensors[owner].size}",
            )


def _listed(tensors: Tensors) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in tensors.items()) or "no tensors"
