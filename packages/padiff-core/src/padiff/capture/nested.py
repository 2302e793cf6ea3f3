"""Tensors inside what a module takes and returns.

Outputs come as a tensor, a tuple, a list, a dict (or a subclass, such as a Hugging Face output), a
named tuple, a dataclass, or hold no tensor at all. Each tensor has a *slot*: its dotted place, `""`
for a bare tensor, `"0"`, `"logits"`, `"hidden.1"`.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from padiff.tree import join

__all__ = ["leaves", "map_leaves"]

_DEPTH = 16  # deeper nesting is a cycle, or nothing a model returns


def leaves(
    value: Any, is_tensor: Callable[[object], bool], slot: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Every tensor in `value` with its slot, in order."""
    if is_tensor(value):
        yield slot, value
    elif depth < _DEPTH:
        for name, item in _items(value):
            yield from leaves(item, is_tensor, join(slot, name), depth + 1)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        yield from zip(value._fields, value, strict=True)
    elif isinstance(value, (list, tuple)):
        yield from ((str(i), item) for i, item in enumerate(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))


def map_leaves(
    value: Any,
    is_tensor: Callable[[object], bool],
    change: Callable[[str, Any], Any],
    slot: str = "",
    depth: int = 0,
) -> Any:
    """`value` with each tensor replaced by `change(slot, tensor)`.

    Containers are rebuilt with their own type; what holds no changed tensor is returned as it is.
    """
    if is_tensor(value):
        return change(slot, value)
    if depth == _DEPTH:
        return value
    items = list(_items(value))
    changed = [
        map_leaves(item, is_tensor, change, join(slot, name), depth + 1) for name, item in items
    ]
    if all(new is item for new, (_, item) in zip(changed, items, strict=True)):
        return value
    return _rebuilt(value, [name for name, _ in items], changed)


def _rebuilt(value: Any, names: list[str], items: list[Any]) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*items)
    if isinstance(value, (list, tuple)):
        return type(value)(tuple(items))
    new: Any = copy.copy(value)  # keeps a subclass with its attributes
    if isinstance(value, Mapping):
        for key, item in zip(value, items, strict=True):
            new[key] = item
    else:
        for name, item in zip(names, items, strict=True):
            object.__setattr__(new, name, item)  # of a dataclass, frozen or not
    return new
