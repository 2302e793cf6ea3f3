"""What modules keep in plain Python containers, where their frameworks do not look.

A Parameter or a module in a list is in no state dict and is not trained, yet the forward may use it
(paddle's own AdaptiveLogSoftmaxWithLoss keeps its tails in one). A transfer must not skip it. These
helpers are the same for every framework whose modules are Python objects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from padiff.errors import UsageError
from padiff.protocols import Restore

__all__ = ["by_name", "items_inside", "registered_ids", "remember"]

ItemT = TypeVar("ItemT")
_CONTAINERS = (list, tuple, dict)


def items_inside(
    attributes: Mapping[str, Any],
    kind: type[ItemT] | tuple[type[ItemT], ...],
    known: Collection[int],
    skipped: Collection[str] = (),
) -> list[tuple[str, ItemT]]:
    """Objects in the lists, tuples and dicts among a module's attributes, also in nested ones.

    Args:
        attributes: The module's attributes by name.
        kind: What to look for: a class, or several.
        known: Identities of objects to pass over, because they are registered.
        skipped: Names of attributes not to look into.

    Returns:
        Dotted names (`"tails.0.1"`: keys and positions) and objects, in order.
    """
    return [
        found
        for name, value in attributes.items()
        if name not in skipped and isinstance(value, _CONTAINERS)
        for found in _inside(name, value, kind, known, frozenset())
    ]


def _inside(
    name: str,
    container: Any,
    kind: type[ItemT] | tuple[type[ItemT], ...],
    known: Collection[int],
    above: frozenset[int],
) -> Iterator[tuple[str, ItemT]]:
    if id(container) in above:
        return
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, item in items:
        if isinstance(item, kind):
            if id(item) not in known:
                yield f"{name}.{key}", item
        elif isinstance(item, _CONTAINERS):
            yield from _inside(f"{name}.{key}", item, kind, known, above | {id(container)})


def by_name(found: Iterable[tuple[str, ItemT]]) -> dict[str, ItemT]:
    """Names and objects as a dict, of which none is lost.

    Raises:
        UsageError: If two have one name, as the keys `1` and `"1"` of a dict do.
    """
    named: dict[str, ItemT] = {}
    for name, item in found:
        if name in named:
            raise UsageError(
                "Two tensors of one module come under one name.",
                where=name,
                hint="keep them under keys whose text differs, without dots",
            )
        named[name] = item
    return named


def registered_ids(
    root: ItemT,
    module_type: type[ItemT],
    registered: Callable[[ItemT], Iterable[object]],
    skipped: Collection[str],
) -> frozenset[int]:
    """Identities of what a framework itself knows in a model, to tell what is hidden by.

    A hidden module is not among them, what is registered below it is: its own list of its own
    parameters hides nothing.

    Args:
        root: The model.
        module_type: The framework's module class.
        registered: A module's own tensors and children.
        skipped: Names of the attributes every module has.
    """
    ids = {id(root)}
    entered: set[int] = set()
    pending = [root]
    while pending:
        module = pending.pop()
        if id(module) in entered:
            continue
        entered.add(id(module))
        own = list(registered(module))
        ids.update(map(id, own))
        pending += [item for item in own if isinstance(item, module_type)]
        pending += [found for _, found in items_inside(vars(module), module_type, (), skipped)]
    return frozenset(ids)


def remember(modules: Iterable[object]) -> Restore:
    """Remember the attributes of `modules`, and the contents of the containers among them.

    Calling the result puts the same objects back under the same names, and gives modules the class
    back that they had (frameworks change it: a lazy layer, a parametrised one). What the objects
    hold is not looked at.
    """
    kept = list(modules)
    classes = [type(module) for module in kept]
    attributes = [(vars(module), dict(vars(module))) for module in kept]
    containers = {
        id(container): (container, _contents(container))
        for _, saved in attributes
        for value in saved.values()
        for container in _containers(value, frozenset())
    }

    def restore() -> None:
        for module, cls in zip(kept, classes, strict=True):
            if type(module) is not cls:
                module.__class__ = cls
        for live, saved in attributes:
            _refill(live, saved)
        for container, contents in containers.values():
            _refill(container, contents)

    return restore


def _containers(value: Any, above: frozenset[int]) -> Iterator[Any]:
    if isinstance(value, list | tuple | dict | set) and id(value) not in above:
        if not isinstance(value, tuple):
            yield value
        if not isinstance(value, set):
            for item in value.values() if isinstance(value, dict) else value:
                yield from _containers(item, above | {id(value)})


def _contents(container: Any) -> Any:
    return next(kind(container) for kind in (dict, list, set) if isinstance(container, kind))


def _refill(container: Any, contents: Any) -> None:
    """Put `contents` back, if anything changed: what nobody touched is not touched now."""
    if _identities(container) == _identities(contents):
        return
    if isinstance(container, list):
        container[:] = contents
    else:
        container.clear()
        container.update(contents)


def _identities(container: Any) -> list[tuple[object, int]]:
    items = container.items() if isinstance(container, dict) else enumerate(container)
    return [(key, id(item)) for key, item in items]
