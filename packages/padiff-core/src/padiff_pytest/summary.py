"""The section at the end of a pytest run: where models part, and how many pairs do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from padiff_pytest.outcome import Outcome, outcomes

__all__ = ["TITLE", "Summary"]

TITLE = "padiff: where models part"


class Summary:
    """Gathers outcomes from the reports of tests, in whatever process those ran."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Outcome]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came out of a test, from the last of its reports: it has what all have."""
        if report.when == "teardown":
            self._found += [(report.nodeid, each) for each in outcomes(report.user_properties)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the section, if any models were compared."""
        if self._found:
            terminalreporter.write_sep("=", TITLE)
            for line in self.lines():
                terminalreporter.write_line(line)

    def lines(self) -> Iterator[str]:
        """Each pair that is not aligned, in the order in which tests ended; then how many are."""
        for test, outcome in self._found:
            if outcome.status != "aligned":
                yield ": ".join(part for part in (test, outcome.pair) if part)
                yield from (f"  {line}" for line in outcome.lines)
        yield self._count()

    def _count(self) -> str:
        counts = Counter(outcome.status for _, outcome in self._found)
        pairs = len(self._found)
        said = f"{counts['aligned']} of {pairs} {'pair' if pairs == 1 else 'pairs'} aligned"
        return said + (f", {left} not compared" if (left := counts["not compared"]) else "")
