"""What was asked of a comparison, on the command line or in a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.aligning.offline import compare_traces
from padiff.aligning.settings import DiffPhase, make_tolerances
from padiff.compare.tolerance import Tolerance
from padiff.errors import UsageError
from padiff.files.layer_map import read_layer_map
from padiff.files.tolerances import read_tolerances

if TYPE_CHECKING:
    from padiff.compare.rules import Tolerances
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
    mode: Mode | None = None
    phase: DiffPhase = "both"
    depth: int | None = None
    ignore: tuple[str, ...] = ()
    rules: Path | None = None
    """A file of tolerance rules."""
    layer_map: Path | None = None
    """A file of layers paired by hand."""

    def __post_init__(self) -> None:
        if self.rules and (self.atol is not None or self.rtol is not None or self.mode is not None):
            raise UsageError(
                "A file of tolerances stands beside atol, rtol or mode.",
                got=str(self.rules),
                hint="say all of it in the file",
            )
        Tolerance(self.atol or 0.0, self.rtol or 0.0, self.mode or "strict")

    @property
    def tolerances(self) -> Tolerances | None:
        """What is allowed, if anything was stated.

        Raises:
            FileError: If the file of rules cannot be read.
        """
        if self.rules:
            return read_tolerances(self.rules)
        if self.atol is None and self.rtol is None and self.mode is None:
            return None
        return make_tolerances(None, self.atol, self.rtol, self.mode or "strict")[0]

    @property
    def of_traces(self) -> list[str]:
        """What was asked for that only the traces themselves can answer."""
        given = {
            "phase": self.phase != "both",
            "depth": self.depth is not None,
            "ignore": bool(self.ignore),
            "map": self.layer_map is not None,
        }
        return [name for name, is_given in given.items() if is_given]

    def check(self) -> None:
        """See that the files can be read, before anything runs for hours.

        Raises:
            FileError: If one cannot, or is not what it should be.
        """
        if self.rules:
            read_tolerances(self.rules)
        if self.layer_map:
            read_layer_map(self.layer_map)

    def compare(
        self, base: Path, raw: Path, *, detail: bool, progress: bool | None
    ) -> AlignmentReport:
        """Hold one trace against another.

        Args:
            base: The path of base's.
            raw: That of raw's.
            detail: Whether the report is to be judged again later.
            progress: As for `padiff.compare_traces`.

        Raises:
            PadiffError: See `padiff.compare_traces`.
        """
        return compare_traces(
            base,
            raw,
            phase=self.phase,
            tolerance=read_tolerances(self.rules) if self.rules else None,
            atol=self.atol,
            rtol=self.rtol,
            mode=self.mode or "strict",
            ignore=self.ignore,
            depth=self.depth,
            layer_map=read_layer_map(self.layer_map) if self.layer_map else (),
            detail=detail,
            progress=progress,
        )
