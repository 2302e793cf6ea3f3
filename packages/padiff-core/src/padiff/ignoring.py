"""What the user asked to leave out, by module or by path pattern."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from padiff.errors import UsageError

if TYPE_CHECKING:
    from padiff.protocols import LayerHandle

__all__ = ["Ignore"]


class Ignore:
    """Modules and tensors to leave out, on both sides.

    Args:
        items: Module objects, and patterns of dotted paths in the manner of `fnmatch` (`*` also
            crosses dots): `"head"` is the module of that path with all below it, or the tensor of
            that path; `"*.num_batches_tracked"` is every tensor of that name.

    Raises:
        UsageError: If `items` is a bare string.
    """

    def __init__(self, items: Iterable[Any] = ()) -> None:
        if isinstance(items, str):
            raise UsageError(
                "ignore= takes a list.", got=repr(items), expected=f"ignore=[{items!r}]"
            )
        self._items = tuple(items)
        self._used: set[int] = set()

    def module(self, handle: LayerHandle) -> bool:
        """Whether the module and its subtree are left out. The root never is."""
        return bool(handle.path) and self._any(handle.path, handle.module)

    def tensor(self, path: str) -> bool:
        """Whether the tensor of this path is left out."""
        return self._any(path, None)

    def _any(self, path: str, module: object) -> bool:
        hits = [i for i, item in enumerate(self._items) if _hit(item, path, module)]
        self._used.update(hits)
        return bool(hits)

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
                expected="modules of base or raw, or patterns of their dotted paths",
            )


def _hit(item: object, path: str, module: object) -> bool:
    return fnmatchcase(path, item) if isinstance(item, str) else item is module
