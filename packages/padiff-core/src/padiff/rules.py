"""Rules: what no single hyper-parameter shows.

A kind's rules look at both layers of a pair (`Kind.rules`); a layout's rules look at one layer of
its class, whatever stands on the other side (`Layout.rules`), and are told that other layer too.

>>> def too_narrow(layer: Layer, other: Layer) -> str | None:
...     width = layer.module.width
...     return f"width={width} is less than the kernel needs" if width < 8 else None
>>> rule = Rule("width", "error", "the kernel needs a width of 8", too_narrow, "write width=8")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from padiff.hyperparameters import Severity
from padiff.linting.layer import Layer

__all__ = ["Check", "Rule"]

Check: TypeAlias = Callable[[Layer, Layer], "str | None"]
"""Called with base's and raw's layer (a kind's rule), or with the layer of the class and the other
one (a layout's rule). Returns what was found, in one sentence, or None."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look out for."""

    name: str
    """Unique within its kind: findings are named `<kind>.<name>`."""
    severity: Severity
    meaning: str
    """What it looks for, for the table of rules."""
    check: Check
    advice: str
    """What to do about it."""
