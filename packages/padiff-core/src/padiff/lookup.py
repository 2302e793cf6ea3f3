"""Finding a model's modules by the objects a user names them with."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from padiff.errors import PadiffError, UsageError

if TYPE_CHECKING:
    from padiff.protocols import FrameworkAdapter, LayerHandle

__all__ = ["Lookup", "walk"]


@dataclass(frozen=True)
class Lookup:
    """The modules of one model, as they are now."""

    name: str
    """Of the model, for messages."""
    adapter: FrameworkAdapter
    root: LayerHandle
    what: str
    """What is being made of the modules: `"layer map"`, `"black list"`."""
    error: type[PadiffError] = field(default=UsageError)

    @cached_property
    def _paths(self) -> dict[int, list[str]]:
        known: dict[int, list[str]] = {}
        for handle in walk(self.root):
            known.setdefault(id(handle.module), []).append(handle.path)
        return known

    def check_path(self, path: str, position: int) -> None:
        """See that there is a module at a dotted path.

        Args:
            path: The path.
            position: Its place among those the user named.

        Raises:
            PadiffError: Of the class `error`, if there is none.
        """
        known = [path for paths in self._paths.values() for path in paths]
        if path not in known:
            close = difflib.get_close_matches(path, known, n=3)
            raise self.error(
                f"Entry {position} of {self.name}'s {self.what} is no path in this model.",
                got=repr(path),
                hint=f"close to it: {', '.join(close)}" if close else "",
            )

    def paths(self, layer: Any, position: int) -> Sequence[str]:
        """Every path of a module, in definition order.

        Args:
            layer: The module.
            position: Its place among those the user named.

        Raises:
            PadiffError: Of the class `error`, if it is no module of this model.
        """
        if id(layer) in self._paths:
            return self._paths[id(layer)]
        entry, framework = f"Entry {position} of {self.name}'s {self.what}", self.adapter.framework
        raise self.error(
            f"{entry} is not a module of this model."
            if self.adapter.owns(layer)
            else f"{entry} is no {framework} module.",
            got=f"a path, {layer!r}" if isinstance(layer, str) else type(layer).__name__,
            expected=f"the module object itself, such as {self.name}.model.<name>",
        )


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
