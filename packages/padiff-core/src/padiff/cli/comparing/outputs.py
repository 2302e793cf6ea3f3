"""The files a comparison is written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.errors import UsageError
from padiff.files.tolerances import tolerance_file
from padiff.writing import check_folder, check_new, write_text

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport
    from padiff.report.page.render import Language

__all__ = ["Outputs", "placed"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what; None for nowhere.

    Raises:
        UsageError: If two outputs go to one file.
    """

    html: Path | None = None
    markdown: Path | None = None
    json: Path | None = None
    _: KW_ONLY
    junit: Path | None = None
    tolerances: Path | None = None
    """A file of rules to edit."""
    force: bool = False
    """Whether that may take the place of a file."""
    language: Language = "en"
    """Of the page."""

    def __post_init__(self) -> None:
        paths = [path.resolve() for path in self._paths]
        for path in paths:
            if paths.count(path) > 1:
                raise UsageError(
                    "Two outputs go to one file.", got=str(path), expected="a file for each"
                )

    @property
    def _paths(self) -> list[Path]:
        return [
            path
            for path in (self.html, self.markdown, self.json, self.junit, self.tolerances)
            if path is not None
        ]

    @property
    def in_detail(self) -> bool:
        """Whether more is to be measured: what judging again takes, and the page's histograms."""
        return self.json is not None or self.html is not None

    def check(self, places: Iterable[str]) -> None:
        """See that all files can be written, before anything is compared.

        Args:
            places: Of the comparisons, as for `write`.

        Raises:
            FileError: See `padiff.writing.check_folder`.
        """
        for place in places:
            for path in self._paths:
                check_folder(placed(path, place))
            if self.tolerances and not self.force:
                check_new(placed(self.tolerances, place))

    def write(self, report: AlignmentReport, place: str) -> None:
        """Write the report of one pair of traces.

        Args:
            report: The report.
            place: Which of several it is; empty if it is the only one.

        Raises:
            FileError: If a file cannot be written.
        """
        for path, text in self._texts(report):
            write_text(placed(path, place), text)

    def _texts(self, report: AlignmentReport) -> Iterator[tuple[Path, str]]:
        if self.html:
            yield self.html, report.to_html(self.language)
        if self.markdown:
            yield self.markdown, report.to_markdown() + "\n"
        if self.json:
            yield self.json, report.to_json()
        if self.junit:
            yield self.junit, report.to_junit()
        if self.tolerances:
            yield self.tolerances, tolerance_file(report)


def placed(path: Path, place: str) -> Path:
    """The file of one of several comparisons: its place goes before the suffix.

    >>> placed(Path("out/report.html"), "step_3/rank_0").as_posix()
    'out/report.step_3.rank_0.html'
    """
    if not place:
        return path
    return path.with_name(f"{path.stem}.{place.replace('/', '.')}{path.suffix}")
