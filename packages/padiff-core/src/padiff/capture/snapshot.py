"""What modules and optimizers hold, remembered so that it can be put back.

A walk over attributes and plain containers, the same for every framework: an adapter says what a
tensor is, and which objects to look into.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from padiff.capture.randomness import generator_kept
from padiff.containers import remember
from padiff.protocols import Restore

__all__ = ["Test", "containers", "snapshot", "used_by"]

Test: TypeAlias = Callable[[object], bool]

_CONTAINERS = (dict, list, tuple, set, deque)


def containers(
    roots: Iterable[object], is_tensor: Test, is_owner: Test
) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """Every container that can be reached from `roots`, once, with its keys and items.

    Containers are the attributes of owners (modules, optimizers), and dicts, lists, tuples, sets and
    deques within them. An element of a set is its own key.
    """
    waiting: list[Any] = [list(roots)]
    seen: dict[int, object] = {}
    while waiting:
        container = waiting.pop()
        if id(container) in seen:
            continue
        seen[id(container)] = container
        items = _items(container)
        yield container, items
        for _, item in items:
            if is_owner(item):
                waiting.append(vars(item))
            elif isinstance(item, _CONTAINERS) and not is_tensor(item):
                waiting.append(item)


def _items(container: Any) -> list[tuple[Any, Any]]:
    if isinstance(container, dict):
        return list(container.items())
    if isinstance(container, set):
        return [(item, item) for item in container]
    return list(enumerate(container))


def snapshot(
    roots: Sequence[object],
    is_tensor: Test,
    is_owner: Test,
    keep: Callable[[Any], Restore],
) -> Restore:
    """Remember what everything that can be reached from `roots` holds.

    Args:
        roots: Modules, optimizers (also such that wrap others), containers of them, anything.
        is_tensor: Tells tensors.
        is_owner: Tells modules and optimizers, whose attributes belong to what is remembered. So do
            those of a root that can `step`.
        keep: Called once with every tensor; returns how to put its own values back.

    Returns:
        A function that puts the same objects back under the same names and into the same containers,
        and then the tensors' values and the states of random generators. An object of another class
        (a config, a scheduler) is put back as the object it is, not looked into.
    """
    stepping = {id(root) for root in roots if hasattr(root, "step")}

    def owns(value: object) -> bool:
        return id(value) in stepping or is_owner(value)

    items = [item for _, found in containers(roots, is_tensor, owns) for _, item in found]
    owners = {id(item): item for item in items if owns(item)}
    tensors = {id(item): item for item in items if is_tensor(item)}
    put_attributes_back = remember(owners.values())
    kept = [keep(tensor) for tensor in tensors.values()]
    kept += filter(None, map(generator_kept, {id(item): item for item in items}.values()))

    def restore() -> None:
        put_attributes_back()
        for put_back in kept:
            put_back()

    return restore


def used_by(optimizer: object) -> list[object]:
    """The optimizer, and if it is a function what that refers to: its object, closure, globals."""
    found = [optimizer]
    if inspect.ismethod(optimizer):
        found.append(optimizer.__self__)
    elif inspect.isfunction(optimizer):
        names = inspect.getclosurevars(optimizer)
        found += [*names.nonlocals.values(), *names.globals.values()]
    return found
