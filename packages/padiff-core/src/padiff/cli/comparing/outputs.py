"""The files a comparison is written to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from padiff.errors import UsageError
from padiff.files.tolerances import tolerance_file
from padiff.report.formats import Format, as_text, in_detail
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
    def _reports(self) -> dict[Format, Path]:
        given: dict[Format, Path | None] = {
            "html": self.html,
            "markdown": self.markdown,
            "json": self.json,
            "junit": self.junit,
        }
        return {form: path for form, path in given.items() if path is not None}

    @property
    def _paths(self) -> list[Path]:
        return [*self._reports.values(), *([self.tolerances] if self.tolerances else [])]

    @property
    def in_detail(self) -> bool:
        """See `padiff.report.formats.in_detail`."""
        return in_detail(self._reports)

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
        for form, path in self._reports.items():
            write_text(placed(path, place), as_text(report, form, self.language))
        if self.tolerances:
            write_text(placed(self.tolerances, place), tolerance_file(report))


def placed(path: Path, place: str) -> Path:
    """The file of one of several comparisons: its place goes before the suffix.

    >>> placed(Path("out/report.html"), "step_3/rank_0").as_posix()
    'out/report.step_3.rank_0.html'
    """
    if not place:
        return path
    return path.with_name(f"{path.stem}.{place.replace('/', '.')}{path.suffix}")
