"""What the lint says, as columns of the page's data."""

from __future__ import annotations

from typing import Any

from padiff.linting.finding import SEVERITIES, Finding
from padiff.report.page.pool import Pool, columns

__all__ = ["Findings"]

_TEXTS = ("rule", "base_class", "raw_class", "subject", "what", "fix", "base", "raw")
_NAMES = ("severity", "base_path", "raw_path", "below", *_TEXTS)


class Findings:
    """Every finding of a report, by number."""

    def __init__(self, found: tuple[Finding, ...]) -> None:
        self._all = list(found)
        self._numbers = {id(finding): number for number, finding in enumerate(found)}

    def number(self, finding: Finding) -> int:
        """Which one it is; a new one if an origin has one of its own."""
        if id(finding) not in self._numbers:
            if finding not in self._all:
                self._all.append(finding)
            self._numbers[id(finding)] = self._all.index(finding)
        return self._numbers[id(finding)]

    def to_dict(self, strings: Pool[str]) -> dict[str, list[Any]]:
        """All of them by column."""
        return columns(
            _NAMES,
            (
                (
                    SEVERITIES.index(finding.severity),
                    strings.add(finding.base_path),
                    strings.add(finding.raw_path),
                    int(finding.below),
                    *(strings.add(getattr(finding, name)) for name in _TEXTS),
                )
                for finding in self._all
            ),
        )
