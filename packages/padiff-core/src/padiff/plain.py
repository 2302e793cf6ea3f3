"""Reading plain data (what JSON and TOML hold) strictly: nothing is guessed, converted or passed over.

Whatever is not as expected is one error that says where it stands, what is there and what should be.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from padiff.errors import PadiffError

__all__ = ["Plain"]

T = TypeVar("T")
TextT = TypeVar("TextT", bound=str)

_LONGEST = 80


class Plain:
    """A value, with the place it was found at.

    Args:
        value: As `json` or `tomllib` give it.
        error: The error to raise.
        what: Its first sentence.
        path: The place: `"$"` for the whole of a JSON file, `"$.units[3].step"` for a part of it.

    >>> from padiff.errors import UsageError
    >>> data = Plain({"steps": [1, "2"]}, UsageError, "This is no list of steps.")
    >>> steps = data.record("steps")["steps"]
    >>> steps.items()[0].whole()
    1
    >>> print(steps.items()[1].wrong("a whole number"))
    This is no list of steps.
      where:    $.steps[1]
      got:      '2'
      expected: a whole number
    """

    __slots__ = ("_error", "_path", "_what", "value")

    def __init__(self, value: Any, error: type[PadiffError], what: str, *, path: str = "$") -> None:
        self.value = value
        self._error = error
        self._what = what
        self._path = path

    def wrong(self, expected: str, *, got: str = "", hint: str = "") -> PadiffError:
        """An error about this value, for the caller to raise."""
        shown = got or _shown(self.value)
        return self._error(self._what, where=self._path, got=shown, expected=expected, hint=hint)

    def record(self, *keys: str, optional: Sequence[str] = ()) -> dict[str, Plain]:
        """The values of an object, by key.

        Args:
            keys: Those it must have.
            optional: Those it may have.

        Raises:
            PadiffError: If it is no object, a key is missing, or one is unknown.
        """
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        known = (*keys, *optional)
        for key in self.value:
            if key not in known:
                raise self._unknown(key, known)
        for key in keys:
            if key not in self.value:
                raise self.wrong(f"the key {key!r}", got=", ".join(self.value) or "no key")
        return {key: self._at(f".{key}", value) for key, value in self.value.items()}

    def _unknown(self, key: str, known: Sequence[str]) -> PadiffError:
        close = difflib.get_close_matches(key, known, n=1)
        return self.wrong(
            ", ".join(known),
            got=f"the unknown key {key!r}",
            hint=f"did you mean {close[0]!r}?" if close else "",
        )

    def items(self) -> list[Plain]:
        """The values of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [self._at(f"[{i}]", value) for i, value in enumerate(self.value)]

    def pair(self) -> tuple[Plain, Plain]:
        """The values of a list of two."""
        items = self.items()
        if len(items) != 2:
            raise self.wrong("a list of two")
        return items[0], items[1]

    def optional(self, read: Callable[[Plain], T]) -> T | None:
        """What `read` makes of the value; None of null."""
        return None if self.value is None else read(self)

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def whole(self, least: int = 0) -> int:
        """A whole number of at least `least`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < least:
            raise self.wrong(f"a whole number >= {least}")
        return self.value

    def number(self, least: float = -math.inf) -> float:
        """A finite number of at least `least`; an int stays one."""
        number = self.value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise self.wrong("a number")
        if not abs(number) <= sys.float_info.max or not number >= least:
            raise self.wrong("a finite number" + (f" >= {least:g}" if least > -math.inf else ""))
        return number

    def choice(self, options: Sequence[TextT]) -> TextT:
        """One of a few strings."""
        for option in options:
            if self.value == option:
                return option
        close = difflib.get_close_matches(str(self.value), options, n=1)
        hint = f"did you mean {close[0]!r}?" if close else ""
        raise self.wrong(" or ".join(map(repr, options)), hint=hint)

    def _at(self, step: str, value: Any) -> Plain:
        path = (self._path + step).removeprefix(".")
        return Plain(value, self._error, self._what, path=path)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python does not write out whole numbers of thousands of digits.
        text = f"{type(value).__name__} of too many digits"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
