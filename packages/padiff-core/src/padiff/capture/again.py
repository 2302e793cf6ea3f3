"""Calls that recomputation makes again during the backward pass, and which of the forward pass they repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.capture.observer import Call
    from padiff.protocols import Array

__all__ = ["Again"]


class Again:
    """What is known of the calls of one forward pass, should they be made again."""

    def __init__(self) -> None:
        self._calls: dict[int, list[Call]] = {}
        self._values: dict[tuple[int, int], Mapping[str, Array]] = {}

    def made(self, call: Call) -> None:
        """A call of the forward pass."""
        self._calls.setdefault(call.key, []).append(call)

    def handed_on(self, call: Call, values: Mapping[str, Array]) -> None:
        """A call handed on these values, by slot, in place of its own."""
        self._values[call.identity] = values

    def repeats(self, key: int) -> Call | None:
        """The call that one of `key` repeats; None if its module was called several times.

        Nothing says then which of them it is: segments are repeated in reverse, what is within one is
        not.
        """
        calls = self._calls.get(key, [])
        return calls[0] if len(calls) == 1 else None

    def values(self, call: Call) -> Mapping[str, Array]:
        """What it handed on in place of its own, by slot."""
        return self._values.get(call.identity, {})
