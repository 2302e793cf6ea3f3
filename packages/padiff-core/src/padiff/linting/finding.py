"""One difference in configuration."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from padiff.hyperparameters import Severity

__all__ = ["SEVERITIES", "Finding", "concerning", "where"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between two paired layers, or a defect of one, found without running them."""

    severity: Severity
    rule: str
    """A stable name, `<kind>.<hyper-parameter or rule>`: `"batch_norm.momentum"`."""
    base_path: str
    """Dotted path of base's layer; empty for the root."""
    raw_path: str
    base_class: str
    """Framework and class: `"torch BatchNorm2d"`."""
    raw_class: str
    subject: str
    """The hyper-parameter's canonical name; empty for a rule, which says it all in `what`."""
    what: str
    """What was found, both spellings in it: `"torch 0.1 = paddle 0.9; found paddle 0.1"`."""
    fix: str
    """What to do: `"write momentum=0.9"`."""
    base: str = ""
    """Base's own spelling: `"momentum=0.1"`; empty for a rule."""
    raw: str = ""
    base_canonical: Any = None
    """Base's value in the canonical spelling: numbers, strings, tuples, None."""
    raw_canonical: Any = None
    below: bool = False
    """Whether it concerns the layers below the two as well (the training mode)."""

    @property
    def where(self) -> str:
        """Both paths, or the one they share."""
        return where(self.base_path, self.raw_path)

    def __str__(self) -> str:
        return "   ".join(part for part in (self.where, self.subject, self.what, self.fix) if part)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "base_path": self.base_path,
            "raw_path": self.raw_path,
            "base_class": self.base_class,
            "raw_class": self.raw_class,
            "subject": self.subject,
            "what": self.what,
            "fix": self.fix,
            "base": self.base,
            "raw": self.raw,
            "base_canonical": _plain(self.base_canonical),
            "raw_canonical": _plain(self.raw_canonical),
            "below": self.below,
        }


def where(base_path: str, raw_path: str) -> str:
    """Two paths for a message: one if they are equal.

    >>> where("encoder.bn1", "encoder.bn1"), where("", ""), where("fc", "head")
    ('encoder.bn1', '(root)', 'fc -> head')
    """
    base, raw = base_path or "(root)", raw_path or "(root)"
    return base if base == raw else f"{base} -> {raw}"


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # for which JSON has no number
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def concerning(findings: Iterable[Finding], base_path: str) -> tuple[Finding, ...]:
    """The findings about the layer of this path in base.

    Those of a module above it are among them if they concern what is below it.
    """
    return tuple(
        finding
        for finding in findings
        if finding.base_path == base_path
        or (finding.below and _above(finding.base_path, base_path))
    )


def _above(path: str, other: str) -> bool:
    return not path or other.startswith(path + ".")
