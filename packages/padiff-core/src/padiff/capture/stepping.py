"""Seeing an optimizer step, whoever calls it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from padiff.capture.protocols import Remove
from padiff.errors import UsageError

__all__ = ["wrap_methods"]


def wrap_methods(
    owner: Any, names: tuple[str, ...], before: Callable[[], None], after: Callable[[], None]
) -> Remove:
    """Call `before` and `after` around methods of one object, until the result is called.

    Only the object is changed, and only while this lasts: its class stays as it is. Methods that call
    each other count as one call; one that raises is followed by no `after`. What somebody wraps in
    turn meanwhile (a scheduler does) is theirs, and stays; it then calls the method alone.

    Args:
        owner: The object.
        names: Of its methods; those it does not have are passed over.
        before: Called before the outermost call.
        after: Called after it has returned.

    Raises:
        UsageError: If it has none of them.
    """
    present = [name for name in names if callable(getattr(owner, name, None))]
    if not present:
        raise UsageError(
            "What is to be watched makes no steps.",
            got=f"{type(owner).__name__} without {' or '.join(names)}",
            expected="one optimizer",
        )
    own = {name: vars(owner)[name] for name in present if name in vars(owner)}
    around = _Around(before, after)
    wrappers = {name: around.wrapped(getattr(owner, name)) for name in present}
    for name, wrapper in wrappers.items():
        setattr(owner, name, wrapper)

    def remove() -> None:
        around.watching = False
        for name, wrapper in wrappers.items():
            if vars(owner).get(name) is wrapper:
                delattr(owner, name)
                vars(owner).update({name: own[name]} if name in own else {})

    return remove


class _Around:
    """Methods of one object, with something done before and after the outermost of their calls."""

    def __init__(self, before: Callable[[], None], after: Callable[[], None]) -> None:
        self.watching = True
        self._before = before
        self._after = after
        self._depth = 0

    def wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            outermost = self.watching and not self._depth
            if outermost:
                self._before()
            self._depth += 1
            try:
                result = method(*args, **kwargs)
            finally:
                self._depth -= 1
            if outermost:
                self._after()
            return result

        return call
