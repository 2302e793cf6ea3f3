"""What was asked of a comparison, on the command line or in a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.aligning.offline import compare_traces
from padiff.aligning.settings import DiffPhase
from padiff.compare.tolerance import Tolerance

if TYPE_CHECKING:
    from padiff.compare.tolerance import Mode
    from padiff.report.alignment import AlignmentReport

__all__ = ["PHASES", "Asked"]

PHASES: tuple[DiffPhase, ...] = ("both", "forward")
"""Those a recorded run can be compared in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How to compare, and what is allowed; by default what `padiff.compare_traces` has for defaults.

    Raises:
        UsageError: If a tolerance is none.
    """

    atol: float | None = None
    rtol: float | None = None
    mode: Mode = "strict"
    phase: DiffPhase = "both"
    depth: int | None = None
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Tolerance(self.atol or 0.0, self.rtol or 0.0, self.mode)

    def compare(self, base: Path, raw: Path, *, progress: bool | None) -> AlignmentReport:
        """Hold one trace against another.

        Raises:
            PadiffError: See `padiff.compare_traces`.
        """
        return compare_traces(
            base,
            raw,
            phase=self.phase,
            atol=self.atol,
            rtol=self.rtol,
            mode=self.mode,
            ignore=self.ignore,
            depth=self.depth,
            progress=progress,
        )
