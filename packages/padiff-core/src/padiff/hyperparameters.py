"""Hyper-parameters: what, beside the weights, decides a layer's numbers.

A kind declares its hyper-parameters once, in a canonical spelling (`Hyperparameter`); each layout
says where its class keeps them and how to translate (`Setting`). `padiff.lint` compares the two
sides through these, so one statement per framework serves both directions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Hyperparameter", "Setting", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "info"]
"""`error`: the outputs must differ; `warning`: they may, in training or at the edges; `info`."""


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


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a class keeps one hyper-parameter, and its own spelling of it."""

    argument: str
    """The constructor argument's name (`"momentum"`)."""
    attribute: str
    """Dotted attribute path to read the value from (`"_momentum"`)."""
    to_canonical: Callable[[Any], Any] = _unchanged
    """The canonical value of a native one (`lambda m: 1 - m` for paddle's momentum)."""
    from_canonical: Callable[[Any], Any] = _unchanged
    """The native value of a canonical one: what to write instead."""
