"""What a model was called with, so that it can be called again: the part of it JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from padiff.compare.scalars import to_json
from padiff.errors import TraceError
from padiff.tree import join

__all__ = ["decode_arguments", "encode_arguments"]

_DEPTH = (
    15  # as deep as `padiff.capture.nested` looks for tensors, the arguments being within a dict
)
_LARGEST = 1 << 53  # beyond, a JSON reader may make a float of it


def encode_arguments(
    value: Any, is_tensor: Callable[[object], bool], slot: str = "", depth: int = 0
) -> Any:
    """A value as JSON; a tensor as its slot, what JSON cannot hold as the name of its class.

    Args:
        value: Arguments, or a part of them.
        is_tensor: Tells tensors.
        slot: The dotted place of the part, as in `padiff.capture.nested`.
        depth: How many containers are around it.
    """
    if is_tensor(value):
        return {"tensor": slot}
    if _is_plain(value):
        return value
    if type(value) is float:
        return {"float": to_json(value)}
    if type(value) in (list, tuple, dict) and depth < _DEPTH:
        items = [
            (key, encode_arguments(item, is_tensor, join(slot, str(key)), depth + 1))
            for key, item in _items(value)
        ]
        if type(value) is not dict:
            return {type(value).__name__: [item for _, item in items]}
        if all(type(key) is str and _is_text(key) for key in value):
            return {"dict": dict(items)}
    return {"unknown": _text(f"{type(value).__module__}.{type(value).__qualname__}")}


def _is_plain(value: Any) -> bool:
    if type(value) is int:
        return abs(value) <= _LARGEST
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) is bool or (type(value) is str and _is_text(value))


def _is_text(value: str) -> bool:
    """Whether UTF-8 can hold it; a file name that is no text is read as lone surrogates."""
    return value == _text(value)


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    yield from value.items() if type(value) is dict else enumerate(value)


def decode_arguments(value: Any, tensors: Mapping[str, Any], depth: int = 0) -> Any:
    """The inverse of `encode_arguments`.

    Args:
        value: What it returned.
        tensors: By slot, what to put there.
        depth: How many containers are around it.

    Raises:
        TraceError: If something could not be recorded, or is none of these.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    within = depth + 1
    match value if isinstance(value, dict) and len(value) == 1 else None:
        case {"tensor": str(slot)} if slot in tensors:
            return tensors[slot]
        case {"float": "nan" | "inf" | "-inf" as number}:
            return float(number)
        case {"list": list(items)} if depth < _DEPTH:
            return [decode_arguments(item, tensors, within) for item in items]
        case {"tuple": list(items)} if depth < _DEPTH:
            return tuple(decode_arguments(item, tensors, within) for item in items)
        case {"dict": dict(items)} if depth < _DEPTH:
            return {key: decode_arguments(item, tensors, within) for key, item in items.items()}
        case {"unknown": str(name)}:
            raise TraceError(
                "The model was called with what a trace cannot hold.",
                got=f"an object of class {name}",
                expected="tensors, numbers, strings, None, and lists, tuples and dicts of these",
                hint="pass the inputs yourself",
            )
    raise TraceError("The recorded arguments cannot be read.", got=_shown(value))


def _shown(value: Any) -> str:
    """A value, or the outermost part of one that may be nested without end."""
    if isinstance(value, dict):
        return f"an object with {', '.join(map(repr, list(value)[:5])) or 'nothing in it'}"[:200]
    return f"a {type(value).__name__}"
