"""Two batches of data held against each other, slot by slot."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

import numpy as np

from padiff.adapters import adapter_named, plugins
from padiff.capture.nested import leaves
from padiff.checker.config import Tolerated
from padiff.compare.hints import find_hints
from padiff.compare.measure import measure
from padiff.compare.metrics import Metrics
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.verdict import judge
from padiff.dtypes import category
from padiff.errors import UsageError
from padiff.protocols import Array
from padiff.report.wording import measured_lines, measured_summary

__all__ = ["Difference", "compare_batches"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same in two batches."""

    slot: str
    """Its dotted place, such as `images.0`; empty for a batch that is a bare tensor."""
    what: str
    details: tuple[str, ...] = ()


def compare_batches(first: Any, second: Any, tolerated: Tolerated) -> list[Difference]:
    """What differs between two batches.

    Args:
        first: A tensor or array; a number, a string or None; or lists, tuples, dicts and dataclasses
            of such, however nested.
        second: The same.
        tolerated: How far numbers may be apart.

    Raises:
        UsageError: If a batch holds something else.
    """
    items = _items(first, "first"), _items(second, "second")
    if not any(items):
        return [Difference("", "there is nothing in either batch")]
    return list(_differences(*items, tolerated))


def _items(batch: Any, side: str) -> dict[str, Any]:
    """What is in a batch, by slot: arrays, and what is no number."""
    adapters = [adapter_named(name) for name in _frameworks()]
    return {slot: _plain(item, adapters, slot, side) for slot, item in leaves(batch, _is_item)}


def _frameworks() -> Iterator[str]:
    """Those that are imported: no other can have made a tensor."""
    yield from (plugin.framework for plugin in plugins() if plugin.package in sys.modules)


def _is_item(value: object) -> bool:
    return isinstance(value, type) or not (
        isinstance(value, (Mapping, list, tuple)) or is_dataclass(value)
    )


def _plain(item: Any, adapters: list[Any], slot: str, side: str) -> Any:
    for adapter in adapters:
        if hasattr(adapter, "is_tensor") and adapter.is_tensor(item):
            return np.asarray(adapter.array(item))
    if isinstance(item, (np.ndarray, np.generic, bool, int, float, complex)):
        array = np.asarray(item)
        return array if category(array.dtype) != "other" else _texts(array, slot, side)
    if item is None or isinstance(item, (str, bytes)):
        return item
    raise _incomparable(item, slot, side)


def _texts(array: Array, slot: str, side: str) -> Any:
    if all(isinstance(value, (str, bytes)) for value in array.flat):
        return array.tolist()
    raise _incomparable(array, slot, side)


def _incomparable(item: Any, slot: str, side: str) -> UsageError:
    dtype = f" of {item.dtype}" if isinstance(item, np.ndarray) else ""
    return UsageError(
        "A batch holds what cannot be compared.",
        where=f"{side}, slot {slot or '(the batch itself)'}",
        got=type(item).__name__ + dtype,
        expected="tensors, arrays, numbers, strings or None, in lists, tuples, dicts or dataclasses",
    )


def _differences(
    first: Mapping[str, Any], second: Mapping[str, Any], tolerated: Tolerated
) -> Iterator[Difference]:
    for slot, ours in first.items():
        if slot not in second:
            yield Difference(slot, "only the first has it")
            continue
        theirs = second[slot]
        if isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray):
            yield from _of_arrays(slot, ours, theirs, tolerated)
        elif type(ours) is not type(theirs) or ours != theirs:
            yield Difference(slot, f"first {_shown(ours)}, second {_shown(theirs)}")
    for slot in second:
        if slot not in first:
            yield Difference(slot, "only the second has it")


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _of_arrays(slot: str, ours: Array, theirs: Array, tolerated: Tolerated) -> Iterator[Difference]:
    rule = Rule("*", atol=tolerated["atol"], rtol=tolerated["rtol"])
    allowed = Tolerances((rule,), tolerated["mode"]).of(slot, ours.dtype, theirs.dtype)
    measured = measure(ours, theirs, tolerance=allowed, same_dtype=False)
    if judge(measured):
        return
    hints = [f"hint: {hint.text}" for hint in find_hints(ours, theirs)]
    lines = measured_lines(measured) if isinstance(measured, Metrics) else []
    yield Difference(slot, measured_summary(measured), (*lines, *hints))
