"""What the user asked to leave out, by module or by path pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from padiff.errors import UsageError
from padiff.model import walk

if TYPE_CHECKING:
    from padiff.model import Side
    from padiff.protocols import LayerHandle

__all__ = ["Ignore"]


class Ignore:
    """Modules and tensors to leave out, on both sides.

    Args:
        items: Module objects, and patterns of dotted paths in the manner of `fnmatch` (`*` also
            crosses dots): `"head"` is the module of that path with all below it, or the tensor of
            that path; `"*.num_batches_tracked"` is every tensor of that name.

    Raises:
        UsageError: If `items` is a bare string, or no collection at all.
    """

    def __init__(self, items: Iterable[Any] = ()) -> None:
        if isinstance(items, str) or not isinstance(items, Iterable):
            is_text = isinstance(items, str)
            raise UsageError(
                "ignore= takes a list.",
                got=repr(items) if is_text else type(items).__name__,
                expected=f"ignore=[{items!r}]" if is_text else 'ignore=[model.head, "*.bias"]',
            )
        self._items = tuple(items)
        self._used: set[int] = set()
        self._modules: dict[tuple[Side, str], int] = {}

    def __bool__(self) -> bool:
        return bool(self._items)

    def bind(self, side: Side, root: LayerHandle) -> None:
        """Look up where in this model the modules to leave out are. The root never is left out."""
        wanted = {id(item): i for i, item in enumerate(self._items) if not isinstance(item, str)}
        for handle in walk(root) if wanted else ():
            if handle.path and id(handle.module) in wanted:
                self._modules[side, handle.path] = wanted[id(handle.module)]

    def module(self, side: Side, path: str) -> bool:
        """Whether the module of this path, and its subtree, is left out."""
        return bool(path) and self._any(self._hits(side, path))

    def tensor(self, side: Side, path: str) -> bool:
        """Whether the tensor of this path, or a module around it, is left out."""
        if not self._items:
            return False
        return self._any(i for part in _upwards(path) for i in self._hits(side, part))

    def _hits(self, side: Side, path: str) -> Iterator[int]:
        for i, item in enumerate(self._items):
            if isinstance(item, str) and fnmatchcase(path, item):
                yield i
        if (side, path) in self._modules:
            yield self._modules[side, path]

    def _any(self, hits: Iterable[int]) -> bool:
        found = set(hits)
        self._used |= found
        return bool(found)

    def check_used(self) -> None:
        """Refuse entries that matched nothing: a misspelt path must not pass for an ignored one.

        Raises:
            UsageError: Naming each such entry.
        """
        unused = [item for i, item in enumerate(self._items) if i not in self._used]
        if unused:
            raise UsageError(
                "ignore= names what is in neither model.",
                got=", ".join(i if isinstance(i, str) else type(i).__name__ for i in unused),
                expected="modules inside base or raw, or patterns of their dotted paths",
            )


def _upwards(path: str) -> Iterator[str]:
    """The path, and those of all modules around it."""
    while path:
        yield path
        path = path.rpartition(".")[0]
