"""The black list and the white list: which layers a user wants recorded and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from padiff.errors import UsageError
from padiff.lookup import walk

if TYPE_CHECKING:
    from padiff.lookup import Lookup

__all__ = ["LayerLists", "Reach", "modules_of_class"]

Reach: TypeAlias = Literal["self", "sublayers", "all"]
"""How far an entry of a list reaches: the layer, all layers within it, or both."""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    reach: Reach

    def covers(self, path: str) -> bool:
        if path == self.path:
            return self.reach != "sublayers"
        return self.reach != "self" and path.startswith(f"{self.path}." if self.path else "")

    def __str__(self) -> str:
        name = self.path or "(root)"
        return {"self": name, "sublayers": f"within {name}", "all": f"{name} with all within"}[
            self.reach
        ]


@dataclass(frozen=True, slots=True)
class LayerLists:
    """The lists of one model. The model itself is on neither: it is always recorded."""

    black: tuple[_Entry, ...] = ()
    white: tuple[_Entry, ...] = ()
    """Once there is any, the black list does not matter."""

    def admits(self, path: str) -> bool:
        """Whether the layer of this path is to be recorded, and compared."""
        if not path:
            return True
        if self.white:
            return any(entry.covers(path) for entry in self.white)
        return not any(entry.covers(path) for entry in self.black)

    @property
    def limits(self) -> tuple[str, ...]:
        """In words, for a trace and its readers; empty without lists."""
        if self.white:
            return (f"only the white list ({', '.join(map(str, self.white))})",)
        return (
            (f"all but the black list ({', '.join(map(str, self.black))})",) if self.black else ()
        )

    def with_black(self, layers: Any, reach: Reach, lookup: Lookup) -> LayerLists:
        """With more layers on the black list; see `ProxyModel.update_black_list`."""
        entries = tuple(_entries(layers, reach, lookup))
        if any(entry.covers("") for entry in entries):
            raise UsageError(
                "The model itself cannot be left out.",
                where=lookup.name,
                got=f"the whole model on the black list, mode={reach!r}",
                hint='with mode="sublayers" all layers within it are left out',
            )
        return replace(self, black=self.black + entries)

    def with_white(self, layers: Any, reach: Reach, lookup: Lookup) -> LayerLists:
        """With more layers on the white list; see `ProxyModel.update_white_list`."""
        entries = tuple(_entries(layers, reach, lookup))
        if not entries:
            raise UsageError(
                "A white list that names no layer would leave all of them out.",
                where=lookup.name,
                got="no layers",
                expected="at least one",
            )
        return replace(self, white=self.white + entries)


def _entries(layers: Any, reach: Reach, lookup: Lookup) -> Iterator[_Entry]:
    if reach not in get_args(Reach):
        raise UsageError(
            f"The mode of a {lookup.what} is unknown.",
            got=repr(reach),
            expected=", ".join(map(repr, get_args(Reach))),
        )
    for position, layer in enumerate(_listed(layers, lookup)):
        yield from (_Entry(path, reach) for path in lookup.paths(layer, position))


def _listed(layers: Any, lookup: Lookup) -> list[Any]:
    """The layers given; a bare one stands for itself, though some can be iterated over."""
    if lookup.adapter.owns(layers):
        return [layers]
    if isinstance(layers, str) or not isinstance(layers, Iterable):
        raise UsageError(
            f"A {lookup.what} is made of modules.",
            got=repr(layers) if isinstance(layers, str) else type(layers).__name__,
            expected="a module of the model, or a list of them",
        )
    return list(layers)


def modules_of_class(cls: Any, lookup: Lookup) -> Sequence[Any]:
    """The modules below the root that are instances of a class, or of one of a tuple of classes.

    Raises:
        UsageError: If it is no class, or there is no such module.
    """
    classes = cls if isinstance(cls, tuple) else (cls,)
    if not classes or not all(isinstance(each, type) for each in classes):
        raise UsageError(
            f"A {lookup.what} by class needs the class itself.",
            got=repr(cls),
            expected="a class, or a tuple of classes",
        )
    found = {id(h.module): h.module for h in walk(lookup.root) if h.path}
    modules = [module for module in found.values() if isinstance(module, classes)]
    if not modules:
        raise UsageError(
            f"{lookup.name} has no layer of the class that is to be on its {lookup.what}.",
            got=", ".join(each.__qualname__ for each in classes),
        )
    return modules
