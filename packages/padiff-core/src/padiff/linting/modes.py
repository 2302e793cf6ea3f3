"""Layers of which one is in train() and the other in eval()."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from padiff.linting.comparison import finding
from padiff.linting.finding import Finding, concerning
from padiff.linting.layer import LayerPair

__all__ = ["mode_findings"]

_NAMES = {True: "train", False: "eval"}


def mode_findings(pairs: Sequence[LayerPair]) -> Iterator[tuple[LayerPair, Finding]]:
    """One finding for each topmost pair whose modes differ; it stands for all below it.

    Args:
        pairs: In base's definition order, so that a module comes before what it holds.
    """
    reported: list[Finding] = []
    for pair in pairs:
        ours, theirs = pair.base.training, pair.raw.training
        if ours is None or theirs is None or ours == theirs:
            continue
        above = concerning(reported, pair.base.path)
        if not above or above[-1].base_canonical != _NAMES[ours]:
            reported.append(_mode_finding(pair, _NAMES[ours], _NAMES[theirs]))
            yield pair, reported[-1]


def _mode_finding(pair: LayerPair, ours: str, theirs: str) -> Finding:
    plain = finding(
        "warning",
        "mode",
        pair,
        f"base is in {ours}(), raw in {theirs}()",
        f"call {ours}() on raw's module",
        "training mode",
    )
    return replace(
        plain,
        base=f"{ours}()",
        raw=f"{theirs}()",
        base_canonical=ours,
        raw_canonical=theirs,
        below=True,
    )
