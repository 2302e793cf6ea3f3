"""A model's whole state in one comparable value, to see that nothing on it changed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from padiff.testing.native import Native
from padiff.testing.values import bits

__all__ = ["Footprint", "footprint"]

_Described = tuple[tuple[str, Hashable], ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """What was found, by the path of Python attributes and keys it was found at."""

    described: _Described
    held: tuple[object, ...] = field(compare=False, repr=False)
    """Every object seen, so that no identity can be given to another meanwhile."""

    def changes(self, later: Footprint) -> list[str]:
        """Where a later footprint differs; empty if it does not."""
        before, after = dict(self.described), dict(later.described)
        paths = [*before, *(path for path in after if path not in before)]
        return [path for path in paths if before.get(path, ...) != after.get(path, ...)]


def footprint(native: Native[Any, Any], module: Any) -> Footprint:
    """Describe all attributes of a module and of every module in them, and the framework's own state.

    Tensors count with identity and values, containers with their contents, numbers and strings with
    their value, everything else with its identity.
    """
    walk = _Walk(native)
    walk.visit("", module)
    described = (*walk.described, ("(the framework)", native.ambient()))
    return Footprint(described, tuple(walk.seen.values()))


class _Walk:
    def __init__(self, native: Native[Any, Any]) -> None:
        self.native = native
        self.described: list[tuple[str, Hashable]] = []
        self.seen: dict[int, object] = {}

    def visit(self, path: str, value: Any) -> None:
        known = id(value) in self.seen
        self.seen[id(value)] = value
        self.described.append((path, self._describe(value)))
        if not known:
            for name, item in self._inside(value):
                self.visit(f"{path}.{name}", item)

    def _describe(self, value: Any) -> Hashable:
        native = self.native
        if native.is_tensor(value):
            values = bits(native.read(value)) if native.has_values(value) else None
            return native.identity(value), values
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return type(value), value
        return id(value), type(value)

    def _inside(self, value: Any) -> list[tuple[object, object]]:
        if self.native.is_tensor(value):
            gradient = self.native.gradient(value)
            return [] if gradient is None else [("grad", gradient)]
        if isinstance(value, self.native.module_type):
            return list(vars(value).items())
        if isinstance(value, dict):
            return list(value.items())
        if isinstance(value, list | tuple):
            return list(enumerate(value))
        return [(item, item) for item in sorted(value, key=str)] if isinstance(value, set) else []
