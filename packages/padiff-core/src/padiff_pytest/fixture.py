"""What the fixture `aligned` is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from padiff_pytest.files import Reports
from padiff_pytest.outcome import Outcome, of_error, of_report

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["Aligned"]


class Aligned:
    """Compares pairs of models within one test.

    Args:
        item: The test. What came out is added to its `user_properties`, which its reports carry to
            wherever the run is summed up.
        reports: Where and how reports of pairs that part are written; None for nowhere.
    """

    def __init__(self, item: pytest.Item, reports: Reports | None = None) -> None:
        self._item = item
        self._reports = reports
        self._written = 0

    def __call__(self, base: Any, raw: Any, inputs: Any = None, **options: Any) -> AlignmentReport:
        """Compare two models, or two traces, as `padiff.testing.assert_aligned` does.

        Args:
            base: The model that is right, or a trace of it.
            raw: The model that is to do the same. If it is a trace too, `padiff.compare_traces` holds
                one against the other; otherwise `padiff.align` does.
            inputs: See `padiff.align`; none with two traces.
            options: Those of the function that compares. `detail` is True by default where reports are
                written in a form that holds it.

        Returns:
            The report, which is truthy.

        Raises:
            AssertionError: If the two are not aligned; its text is the report's.
            PadiffError: If they could not be compared, or the report not be written.
        """
        from padiff.testing.aligned import compare_sides, require_aligned

        __tracebackhide__ = True
        if self._reports and self._reports.in_detail:
            options.setdefault("detail", True)
        try:
            report = compare_sides(base, raw, inputs, **options)
        except Exception as error:
            self._note(of_error(error))
            raise
        files: list[Path] = []
        try:
            files = [] if report else self._write(report)
        finally:
            self._note(of_report(report, files))
        return require_aligned(report)

    def _write(self, report: AlignmentReport) -> list[Path]:
        """The files, named as from where pytest was started."""
        if self._reports is None:
            return []
        self._written += 1
        files = self._reports.write(report, self._item.nodeid, self._written)
        start = self._item.config.invocation_params.dir
        return [file.relative_to(start) if file.is_relative_to(start) else file for file in files]

    def _note(self, outcome: Outcome) -> None:
        self._item.user_properties.append(outcome.as_property())
