"""The files a comparison is written to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.writing import check_folder, write_text

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["Outputs", "placed"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what; None for nowhere."""

    markdown: Path | None = None
    json: Path | None = None

    @property
    def _paths(self) -> list[Path]:
        return [path for path in (self.markdown, self.json) if path is not None]

    def check(self, places: Iterable[str]) -> None:
        """See that all files can be written, before anything is compared.

        Raises:
            FileError: See `padiff.writing.check_folder`.
        """
        for path in self._paths:
            for place in places:
                check_folder(placed(path, place))

    def write(self, report: AlignmentReport, place: str) -> None:
        """Write the report of one pair of traces.

        Raises:
            FileError: If a file cannot be written.
        """
        for path, text in self._texts(report):
            write_text(placed(path, place), text)

    def _texts(self, report: AlignmentReport) -> Iterator[tuple[Path, str]]:
        if self.markdown:
            yield self.markdown, report.to_markdown() + "\n"
        if self.json:
            yield self.json, json.dumps(report.to_dict(), indent=1) + "\n"


def placed(path: Path, place: str) -> Path:
    """The file of one of several comparisons: its place goes before the suffix.

    >>> placed(Path("out/report.html"), "step_3/rank_0").as_posix()
    'out/report.step_3.rank_0.html'
    """
    if not place:
        return path
    return path.with_name(f"{path.stem}.{place.replace('/', '.')}{path.suffix}")
