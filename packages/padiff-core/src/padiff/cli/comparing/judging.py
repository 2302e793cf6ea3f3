"""Judging a saved comparison again: no model is needed for it, and no trace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from padiff.cli.comparing.telling import outcome_of, tell
from padiff.cli.consoles import output
from padiff.errors import UsageError
from padiff.report.saved import load_report

if TYPE_CHECKING:
    from padiff.cli.comparing.comparing import Comparison
    from padiff.cli.outcome import Outcome

__all__ = ["judge_saved"]


def judge_saved(saved: Path, comparison: Comparison) -> Outcome:
    """Judge a saved report by what is allowed now; without anything stated, as it was judged.

    Args:
        saved: What `--json` wrote.
        comparison: What is allowed, and what to do with what comes of it.

    Raises:
        UsageError: If it is a trace, whose counterpart is missing, or if something is asked for that
            only two traces can answer.
        PadiffError: If it is no saved report, or was not measured so that these tolerances decide.
    """
    if saved.is_dir():
        raise UsageError(
            "Only one side was named.",
            got=f"the folder {saved}",
            expected="two traces, base's and raw's, or one saved report",
        )
    if asked := comparison.asked.of_traces:
        raise UsageError(
            "A saved comparison can only be judged again.",
            where=str(saved),
            got=", ".join(asked),
            expected="options that say what is allowed, or what is written",
            hint="compare the two traces",
        )
    tolerances = comparison.asked.tolerances
    comparison.outputs.check([""])
    report = load_report(saved)
    if tolerances is not None:
        report = report.judged_with(tolerances)
    tell(output(), report, "", quiet=comparison.quiet, full=comparison.full)
    comparison.write(report, "")
    return outcome_of(report)
