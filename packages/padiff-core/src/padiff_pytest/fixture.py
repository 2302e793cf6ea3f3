"""What the fixture `aligned` is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from padiff_pytest.files import write_report
from padiff_pytest.outcome import Outcome, of_error, of_report

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["Aligned"]


class Aligned:
    """Compares pairs of models within one test.

    Args:
        item: The test. What came out is added to its `user_properties`, which its reports carry to
            wherever the run is summed up.
        folder: Where reports of pairs that part are written; None for nowhere.
    """

    def __init__(self, item: pytest.Item, folder: Path | None = None) -> None:
        self._item = item
        self._folder = folder
        self._written = 0

    def __call__(self, base: Any, raw: Any, inputs: Any = None, **options: Any) -> AlignmentReport:
        """Compare two models, or two traces.

        Args:
            base: The model that is right, or a trace of it.
            raw: The model that is to do the same. If it is a trace too, `padiff.compare_traces` holds
                one against the other; otherwise `padiff.align` does.
            inputs: See `padiff.align`; none with two traces.
            options: Those of the function that compares.

        Returns:
            The report, which is truthy.

        Raises:
            AssertionError: If the two are not aligned; its text is the report's.
            PadiffError: If they could not be compared.
        """
        __tracebackhide__ = True
        try:
            report = _compare(base, raw, inputs, options)
        except Exception as error:
            self._note(of_error(error))
            raise
        self._note(of_report(report, () if report else self._write(report)))
        if not report:
            raise AssertionError(str(report))
        return report

    def _write(self, report: AlignmentReport) -> list[Path]:
        """The files, named as from where pytest was started."""
        if self._folder is None:
            return []
        self._written += 1
        files = write_report(report, self._folder, self._item.nodeid, self._written)
        start = self._item.config.invocation_params.dir
        return [file.relative_to(start) if file.is_relative_to(start) else file for file in files]

    def _note(self, outcome: Outcome) -> None:
        self._item.user_properties.append(outcome.as_property())


def _compare(base: Any, raw: Any, inputs: Any, options: dict[str, Any]) -> AlignmentReport:
    import padiff
    from padiff.errors import UsageError

    if not all(isinstance(side, (padiff.Trace, str, os.PathLike)) for side in (base, raw)):
        return padiff.align(base, raw, inputs, **options)
    if inputs is not None:
        raise UsageError(
            "Two traces take no inputs: nothing is run.",
            got=f"inputs of type {type(inputs).__name__}",
            expected="aligned(base, raw)",
        )
    return padiff.compare_traces(base, raw, **options)
