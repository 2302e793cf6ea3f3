"""What a lint found, short enough to be written down in a test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import padiff
from padiff.linting.finding import Finding

__all__ = ["INHERENT", "lines", "named", "without_inherent"]

INHERENT: Final = {
    # Neither layer shows whether boolean masks will be passed, or gradients taken in eval().
    "multi_head_attention.bool_mask",
    "rnn.eval_backward",
    "gru.eval_backward",
    "lstm.eval_backward",
}
"""Notes on what a correctly configured pair may still run into; each is `info`."""


def without_inherent(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that a pair configured alike does not have."""
    return [f for f in findings if f.rule not in INHERENT]


def named(findings: Iterable[Finding]) -> list[tuple[str, str, str, str]]:
    """Severity, rule and both paths of each finding."""
    return [(f.severity, f.rule, f.base_path, f.raw_path) for f in findings]


def lines(base: Any, raw: Any) -> list[str]:
    """Each finding in full, with its severity; without those inherent in the classes."""
    findings = without_inherent(padiff.lint(base, raw).findings)
    return [f"{finding.severity}: {finding}" for finding in findings]
