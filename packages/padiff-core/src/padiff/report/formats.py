"""The forms a report can be written in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport
    from padiff.report.page.render import Language

__all__ = ["Format", "as_text", "in_detail"]

Format: TypeAlias = Literal["html", "markdown", "json", "junit"]


def in_detail(formats: Iterable[Format]) -> bool:
    """Whether more is to be measured for these: what judging again takes, and the page's histograms."""
    return not {"html", "json"}.isdisjoint(formats)


def as_text(report: AlignmentReport, form: Format, language: Language = "en") -> str:
    """The file that a report is in one of the forms.

    Args:
        report: The report.
        form: Which.
        language: Of the page.
    """
    match form:
        case "html":
            return report.to_html(language)
        case "markdown":
            return report.to_markdown() + "\n"
        case "json":
            return report.to_json()
        case "junit":
            return report.to_junit()
