"""Seeing an optimizer step, whoever calls it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from padiff.capture.protocols import Remove

__all__ = ["wrap_methods"]


def wrap_methods(
    owner: Any, names: tuple[str, ...], before: Callable[[], None], after: Callable[[], None]
) -> Remove:
    """Call `before` and `after` around methods of one object, until the result is called.

    Only the object is changed, and only while this lasts: its class stays as it is. Methods that call
    each other count as one call; one that raises is followed by no `after`.

    Args:
        owner: The object.
        names: Of its methods; those it does not have are passed over.
        before: Called before the outermost call.
        after: Called after it has returned.
    """
    present = [name for name in names if callable(getattr(owner, name, None))]
    own = {name: vars(owner)[name] for name in present if name in vars(owner)}
    depth = [0]

    def wrapped(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not depth[0]:
                before()
            depth[0] += 1
            try:
                result = method(*args, **kwargs)
            finally:
                depth[0] -= 1
            if not depth[0]:
                after()
            return result

        return call

    for name in present:
        setattr(owner, name, wrapped(getattr(owner, name)))

    def remove() -> None:
        for name in present:
            if name in own:
                setattr(owner, name, own[name])
            else:
                vars(owner).pop(name, None)

    return remove
