"""What a model was called with, so that it can be called again: the part of it JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from padiff.errors import TraceError
from padiff.tree import join

__all__ = ["decode_arguments", "encode_arguments"]

_DEPTH = 16  # as deep as `padiff.capture.nested` looks for tensors


def encode_arguments(value: Any, is_tensor: Callable[[object], bool], slot: str = "") -> Any:
    """A value as JSON; a tensor as its slot, what JSON cannot hold as the name of its class.

    Args:
        value: Arguments, or a part of them.
        is_tensor: Tells tensors.
        slot: The dotted place of the part, as in `padiff.capture.nested`.
    """
    if is_tensor(value):
        return {"tensor": slot}
    if _is_plain(value):
        return value
    if slot.count(".") < _DEPTH:
        items = [
            (str(k), encode_arguments(v, is_tensor, join(slot, str(k)))) for k, v in _items(value)
        ]
        if type(value) in (list, tuple):
            return {type(value).__name__: [item for _, item in items]}
        if type(value) is dict and all(isinstance(key, str) for key in value):
            return {"dict": dict(items)}
    return {"unknown": f"{type(value).__module__}.{type(value).__qualname__}"}


def _is_plain(value: Any) -> bool:
    if type(value) is int:
        return abs(value) < 1 << 53  # beyond, a JSON reader may make a float of it
    return value is None or type(value) in (bool, str) or _is_finite(value)


def _is_finite(value: Any) -> bool:
    return type(value) is float and math.isfinite(value)


def _items(value: Any) -> list[tuple[Any, Any]]:
    if type(value) is dict:
        return list(value.items())
    return list(enumerate(value)) if type(value) in (list, tuple) else []


def decode_arguments(value: Any, tensors: Mapping[str, Any]) -> Any:
    """The inverse of `encode_arguments`.

    Args:
        value: What it returned.
        tensors: By slot, what to put there.

    Raises:
        TraceError: If something could not be recorded, or is none of these.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    match value:
        case {"tensor": str(slot)} if slot in tensors:
            return tensors[slot]
        case {"list": list(items)}:
            return [decode_arguments(item, tensors) for item in items]
        case {"tuple": list(items)}:
            return tuple(decode_arguments(item, tensors) for item in items)
        case {"dict": dict(items)}:
            return {key: decode_arguments(item, tensors) for key, item in items.items()}
        case {"unknown": str(name)}:
            raise TraceError(
                "The model was called with what a trace cannot hold.",
                got=f"an object of class {name}",
                expected="tensors, numbers, strings, None, and lists, tuples and dicts of these",
                hint="pass the inputs yourself",
            )
    raise TraceError("The recorded arguments cannot be read.", got=str(value)[:200])
