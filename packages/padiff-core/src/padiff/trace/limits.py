"""Which calls are recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from padiff.capture.observer import Target
from padiff.errors import UsageError
from padiff.lists import LayerLists
from padiff.trace.tree import Place, Tree

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What `padiff.record` was told to leave out.

    Raises:
        UsageError: If a list is a bare string, or a depth no depth.
    """

    depth: int | None
    only: Sequence[str]
    classes: Sequence[str | type]
    lists: LayerLists = field(default_factory=LayerLists)
    """Those of the model's `ProxyModel`."""

    def __post_init__(self) -> None:
        for name in ("only", "classes"):
            value = getattr(self, name)
            if isinstance(value, (str, type)):
                raise UsageError(
                    f"{name}= takes a list.",
                    got=repr(value),
                    expected=f"{name}=[{value!r}]",
                )
        depth: object = self.depth
        if depth is not None and (
            isinstance(depth, bool) or not isinstance(depth, int) or depth < 0
        ):
            raise UsageError("depth= is no depth.", got=repr(depth), expected=">= 0, or None")

    def targets(self, tree: Tree) -> list[Target]:
        """The modules to watch, by the place where each stands first. The model itself always is.

        A module that stands at several places is watched if any of them is within the limits.

        Raises:
            UsageError: If a pattern or a class matches no module: it must not pass for a limit.
        """
        for pattern in self.only:
            if not any(fnmatchcase(place.entry.path, pattern) for place in tree.places):
                raise _unused("only", repr(pattern), "a path of a module of the model")
        for cls in self.classes:
            if not any(_is_of(place, cls) for place in tree.places):
                raise _unused("classes", _name(cls), "the class of a module of the model")
        admitted = {
            i if place.entry.same < 0 else place.entry.same
            for i, place in enumerate(tree.places)
            if i == 0 or self._admits(place)
        }
        return [
            Target(i, place.node.handle.module, place.is_leaf)
            for i, place in tree.distinct
            if i in admitted
        ]

    def _admits(self, place: Place) -> bool:
        path = place.entry.path
        return (
            (self.depth is None or place.depth <= self.depth)
            and (not self.only or any(fnmatchcase(path, pattern) for pattern in self.only))
            and (not self.classes or any(_is_of(place, cls) for cls in self.classes))
            and self.lists.admits(path)
        )

    @property
    def described(self) -> tuple[str, ...]:
        """In words, for the trace and its readers."""
        return tuple(self._words())

    def _words(self) -> Iterator[str]:
        if self.depth is not None:
            yield f"only modules down to depth {self.depth}"
        if self.only:
            yield f"only modules at {', '.join(self.only)}"
        if self.classes:
            yield f"only modules of class {', '.join(map(_name, self.classes))}"
        yield from self.lists.limits


def _is_of(place: Place, cls: str | type) -> bool:
    handle = place.node.handle
    return cls in handle.class_names if isinstance(cls, str) else isinstance(handle.module, cls)


def _name(cls: str | type) -> str:
    return cls if isinstance(cls, str) else cls.__name__


def _unused(option: str, got: str, expected: str) -> UsageError:
    return UsageError(f"{option}= names what is not in the model.", got=got, expected=expected)
