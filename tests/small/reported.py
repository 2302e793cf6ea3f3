"""A report's records, short enough to be written down in a test."""

from __future__ import annotations

import padiff


def pairs(report: padiff.TransferReport) -> list[tuple[str, str | None, str | None]]:
    """How each tensor is accounted for, with its names in base and in raw."""
    return [(record.how, record.base, record.raw) for record in report.records]


def names(report: padiff.TransferReport, side: str) -> set[str]:
    """Every tensor name of one side that the report mentions."""
    return {name for r in report.records if (name := getattr(r, side)) is not None}
