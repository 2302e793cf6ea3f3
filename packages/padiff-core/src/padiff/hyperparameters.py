"""Hyper-parameters: what, beside the weights, decides a layer's numbers.

A kind declares its hyper-parameters once, in a canonical spelling (`Hyperparameter`); each layout
says where its class keeps them and how to translate (`Setting`). `padiff.lint` compares the two
sides through these, so one statement per framework serves both directions:

>>> momentum = Hyperparameter("momentum", "weight of the new batch in the running statistics")
>>> of_torch = Setting("momentum", "momentum")
>>> of_paddle = Setting("momentum", "_momentum", lambda m: 1 - m, lambda m: 1 - m)

What no argument decides, because a framework does it in one way only, is a setting too:

>>> running_variance_of_paddle = fixed("biased (n)")
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

__all__ = [
    "ABSENT",
    "NOT_APPLICABLE",
    "Hyperparameter",
    "InEval",
    "Inexpressible",
    "Reading",
    "Setting",
    "Severity",
    "fixed",
    "same",
]

Severity: TypeAlias = Literal["error", "warning", "info"]
"""`error`: the outputs must differ; `warning`: they may, in training or at the edges; `info`."""

InEval: TypeAlias = Literal["same", "info", "silent"]
"""What becomes of a finding while both layers are in eval(): it stays, becomes info, or waits."""


class _NotApplicable:
    def __repr__(self) -> str:
        return "NOT_APPLICABLE"


NOT_APPLICABLE: Final = _NotApplicable()
"""The value of a hyper-parameter that has no meaning for a layer (the dropout of a single cell)."""


class Inexpressible(ValueError):  # noqa: N818 - says what a value is, not that something failed
    """Raised by `Setting.from_canonical` where a class cannot be told to do the other side's.

    The message says so, and what to do: it takes the place of "write momentum=0.9".
    """


def _unchanged(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Hyperparameter:
    """One hyper-parameter of a kind, in its canonical spelling."""

    name: str
    meaning: str
    """What the canonical value means: `"weight of the new batch in the running statistics"`."""
    severity: Severity = "error"
    """How bad it is when the two sides differ."""
    inherent: Severity | None = None
    """How bad it is where one of the two classes has no argument for it, so that the caller must
    make up for it (transpose the input, invert a mask); None: as bad as otherwise."""
    in_eval: InEval = "same"
    """What becomes of a difference that only shows in training, while both layers are in eval()."""
    advice: str = ""
    """What to do where no argument of raw's class decides it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One layer's value of a hyper-parameter."""

    native: Any
    """As its framework spells it."""
    canonical: Any


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a class keeps one hyper-parameter, and its own spelling of it."""

    argument: str
    """The constructor argument's name (`"momentum"`); empty if none decides it (see `fixed`)."""
    attribute: str | Callable[[Any], Any]
    """Dotted attribute path to read the native value from (`"_momentum"`), or a function of the
    module where it takes more than that. It gives the native value, `NOT_APPLICABLE`, or a `Reading`
    where the canonical value depends on more of the module than the native one."""
    to_canonical: Callable[[Any], Any] = _unchanged
    """The canonical value of a native one (`lambda m: 1 - m` for paddle's momentum)."""
    from_canonical: Callable[[Any], Any] = _unchanged
    """The native value of a canonical one: what to write instead. Raises `Inexpressible`."""

    def read(self, module: Any) -> Reading:
        """The value in a native module.

        Raises:
            AttributeError: If the module does not keep it where this setting says: the setting
                is wrong for this class or version. Whatever else reading and translating raise.
        """
        found = self._native(module)
        if isinstance(found, Reading):
            return found
        return Reading(found, found if found is NOT_APPLICABLE else self.to_canonical(found))

    def _native(self, module: Any) -> Any:
        if callable(self.attribute):
            return self.attribute(module)
        for name in self.attribute.split("."):
            module = getattr(module, name)
        return module

    def spell(self, native: Any, subject: str = "") -> str:
        """A native value for messages: as Python writes it, or in words if no argument takes it.

        A bare True, False or None says little, so it comes with its argument, unless that is what
        is spoken of (`subject`).
        """
        if not self.argument:
            return str(native)
        bare = isinstance(native, bool) or native is None
        return self.assign(native) if bare and self.argument != subject else repr(native)

    def assign(self, native: Any) -> str:
        """A native value as the argument that gives it: `momentum=0.9`."""
        return f"{self.argument}={native!r}" if self.argument else str(native)


def fixed(value: Any, words: str = "") -> Setting:
    """The setting of a class that has no argument for a hyper-parameter.

    Args:
        value: Its value, always, in the canonical spelling.
        words: How to say it in a message; the value itself if empty.
    """
    reading = Reading(value if value is NOT_APPLICABLE else words or value, value)
    return Setting("", lambda _module: reading)


ABSENT: Final = fixed(NOT_APPLICABLE)
"""The setting of a class for which a hyper-parameter of its kind has no meaning."""


def same(one: Any, other: Any) -> bool:
    """Whether two canonical values are equal; floats up to the rounding of a translation.

    >>> same(0.1, 1 - 0.9), same(0.1, 0.10001), same((1, 2.0), (1, 2)), same("same", 1)
    (True, False, True, False)
    """
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return numbers and math.isclose(one, other, rel_tol=1e-6)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
