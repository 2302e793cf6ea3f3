"""A user's model with what padiff knows of it: its adapter, its name, and its layer map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, overload

from padiff.adapters import adapter_of
from padiff.errors import LayerMapError, UsageError

if TYPE_CHECKING:
    from padiff.protocols import FrameworkAdapter, LayerHandle
    from padiff.registry import Registry

__all__ = ["LayerMap", "ProxyModel", "Side", "as_proxy", "create_model", "match_layer_maps", "walk"]

ModuleT = TypeVar("ModuleT")
Side: TypeAlias = Literal["base", "raw"]


@dataclass(frozen=True, slots=True)
class LayerMap:
    """The modules a user singled out, in their order, or those found to be supported."""

    paths: tuple[str, ...]
    auto: Side | None = None
    """The side `auto_layer_map` was called for; None for a map the user wrote."""


class ProxyModel(Generic[ModuleT]):
    """A model as padiff works with it. Holds the user's module and never changes it.

    Made by `create_model`.
    """

    def __init__(self, module: ModuleT, adapter: FrameworkAdapter, name: str) -> None:
        self._module = module
        self._adapter = adapter
        self._name = name
        self._layer_map: LayerMap | None = None

    @property
    def model(self) -> ModuleT:
        """The user's module itself, typed as what was passed in."""
        return self._module

    @property
    def adapter(self) -> FrameworkAdapter:
        """The adapter of the module's framework."""
        return self._adapter

    @property
    def framework(self) -> str:
        """The framework's name: `"torch"`, `"paddle"`, ..."""
        return self._adapter.framework

    @property
    def name(self) -> str:
        """The name given, or the module's class name."""
        return self._name

    @property
    def layer_map(self) -> LayerMap | None:
        """The layer map in force, or None."""
        return self._layer_map

    def handle(self) -> LayerHandle:
        """The module tree as it is now."""
        return self._adapter.handle(self._module)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the module."""
        module: Any = self._module
        return module(*args, **kwargs)

    def __repr__(self) -> str:
        return f"ProxyModel({self._name!r}, {self.framework})"

    def set_layer_map(self, layers: Sequence[Any]) -> None:
        """Name the modules that are to be paired by hand.

        The n-th module of base's map stands for the n-th module of raw's, whatever their names and
        places. Each is initialised as one piece: by the init function registered for the two
        classes, or through their layouts if they are of one kind.

        Args:
            layers: Module objects of this model, each once, none inside another. An empty sequence
                removes the map.

        Raises:
            LayerMapError: If an entry is no module, is not in this model, comes twice, or is inside
                another entry. The map in force stays as it was.
        """
        if isinstance(layers, str) or not isinstance(layers, Iterable):
            raise LayerMapError(
                "A layer map is a sequence of modules.",
                got=type(layers).__name__,
                expected="[model.model.fc1, model.model.fc2]",
            )
        paths = tuple(self._paths(list(layers)))
        self._layer_map = LayerMap(paths) if paths else None

    def _paths(self, layers: Sequence[Any]) -> Iterator[str]:
        known: dict[int, str] = {}
        for handle in walk(self.handle()):
            known.setdefault(id(handle.module), handle.path)
        seen: dict[str, int] = {}
        for position, layer in enumerate(layers):
            path = self._path_of(layer, position, known)
            if path in seen:
                raise LayerMapError(
                    f"{self.name}'s layer map holds a module twice.",
                    where=path or "(root)",
                    got=f"entries {seen[path]} and {position}",
                )
            seen[path] = position
            yield path
        _refuse_nested(self.name, seen)

    def _path_of(self, layer: Any, position: int, known: dict[int, str]) -> str:
        if id(layer) in known:
            return known[id(layer)]
        is_module = self._adapter.owns(layer)
        shown = f"a path, {layer!r}" if isinstance(layer, str) else type(layer).__name__
        raise LayerMapError(
            f"Entry {position} of {self.name}'s layer map is not a module of this model."
            if is_module
            else f"Entry {position} of {self.name}'s layer map is no {self.framework} module.",
            got=shown,
            expected=f"the module object itself, such as {self.name}.model.<name>",
        )

    def auto_layer_map(self, side: Side, *, registry: Registry | None = None) -> tuple[str, ...]:
        """Map every component padiff can initialise as one piece when the model plays this part.

        Those are the modules with tensors whose class has a layout, or an init function in which it
        stands on this side. They are paired by path where paths agree and by order otherwise; each
        must find its counterpart.

        Args:
            side: `"base"` or `"raw"`.
            registry: Where to look; the default registry if None.

        Returns:
            The paths found, in definition order.

        Raises:
            UsageError: If `side` is neither.
            LayerMapError: If nothing in the model is supported.
        """
        from padiff.supported import supported_paths  # it needs the tree, which needs this module

        if side not in ("base", "raw"):
            raise UsageError(
                "auto_layer_map needs the part the model plays.",
                got=repr(side),
                expected='"base" or "raw"',
            )
        paths = supported_paths(self.handle(), side, registry)
        if not paths:
            raise LayerMapError(
                f"No component of {self.name} is supported as {side}.",
                got=f"{type(self._module).__name__} ({self.framework})",
                hint="register a layout or an init function, or use set_layer_map",
            )
        self._layer_map = LayerMap(paths, auto=side)
        return paths


def walk(handle: LayerHandle) -> Iterator[LayerHandle]:
    """The handle and every handle below it, in definition order."""
    pending = [(handle, frozenset[int]())]
    while pending:
        current, above = pending.pop()
        if id(current.module) in above:
            continue
        yield current
        inside = above | {id(current.module)}
        pending += [(child, inside) for _, child in reversed(current.children())]


def _refuse_nested(name: str, positions: dict[str, int]) -> None:
    for inner in positions:
        for outer, position in positions.items():
            if inner != outer and (not outer or inner.startswith(outer + ".")):
                raise LayerMapError(
                    f"{name}'s layer map holds a module and a part of it.",
                    where=inner,
                    got=f"it is inside entry {position}, {outer or '(root)'}",
                    hint="map the outer module, or its parts, not both",
                )


@overload
def create_model(module: ProxyModel[ModuleT], name: str | None = None) -> ProxyModel[ModuleT]: ...
@overload
def create_model(module: ModuleT, name: str | None = None) -> ProxyModel[ModuleT]: ...
def create_model(module: Any, name: str | None = None) -> ProxyModel[Any]:
    """Wrap a model.

    Args:
        module: A torch module, a paddle layer, or a module of any framework an adapter is installed
            for. A `ProxyModel` is returned as it is.
        name: A name for messages and reports; the class name by default.

    Raises:
        UnknownFrameworkError: If `module` is no module.
        AdapterNotInstalledError: If its framework's adapter is not installed.
    """
    if isinstance(module, ProxyModel):
        return module
    return ProxyModel(module, adapter_of(module), name or type(module).__name__)


def as_proxy(model: Any, side: Side) -> ProxyModel[Any]:
    """`model` as a ProxyModel, without a layer map if it came bare; `side` names it in errors."""
    try:
        return create_model(model)
    except (TypeError, ImportError) as error:
        if hasattr(error, "where") and not error.where:
            error.where = f"the {side} model"
        raise


def match_layer_maps(base: ProxyModel[Any], raw: ProxyModel[Any]) -> list[tuple[str, str]]:
    """The pairs of paths two layer maps say; empty without them, or if both were found by padiff.

    Two maps from `auto_layer_map` say nothing beyond what pairing by path and by order finds.

    Raises:
        LayerMapError: If one side has a map and the other none, or their lengths differ, or a map
            was found for the other part than the model now plays.
    """
    maps = base.layer_map, raw.layer_map
    _check_part("base", base)
    _check_part("raw", raw)
    if maps[0] and maps[1] and maps[0].auto and maps[1].auto:
        return []
    counts = [len(m.paths) if m else 0 for m in maps]
    if counts[0] != counts[1]:
        raise LayerMapError(
            "The two layer maps have different lengths.",
            where=f"base {base.name}, raw {raw.name}",
            got=f"{counts[0]} and {counts[1]} layers\n"
            f"base: {_listed(maps[0])}\nraw: {_listed(maps[1])}",
            expected="the n-th layer of base's map standing for the n-th of raw's",
        )
    if not (maps[0] and maps[1]):
        return []
    return list(zip(maps[0].paths, maps[1].paths, strict=True))


def _check_part(side: Side, model: ProxyModel[Any]) -> None:
    found = model.layer_map.auto if model.layer_map else None
    if found and found != side:
        raise LayerMapError(
            "A layer map was found for the other part.",
            where=f"{side} {model.name}",
            got=f'auto_layer_map("{found}")',
            expected=f'auto_layer_map("{side}"), or base and raw the other way round',
        )


def _listed(layers: LayerMap | None) -> str:
    return ", ".join(path or "(root)" for path in layers.paths) if layers else "no layer map"
