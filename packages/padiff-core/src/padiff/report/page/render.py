"""The page: a template, filled."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from padiff._version import __version__
from padiff.errors import UsageError
from padiff.report.page.data import page_data
from padiff.report.text import headline

if TYPE_CHECKING:
    from padiff.report.alignment import AlignmentReport

__all__ = ["PROGRAM", "Language", "render", "resource"]

Language: TypeAlias = Literal["en", "zh"]

PROGRAM = (
    "shapes",
    "dom",
    "words",
    "report",
    "beside",
    "cells",
    "state",
    "sentences",
    "copy",
    "folding",
    "rows",
    "links",
    "toolbar",
    "tree",
    "colors",
    "depth",
    "depth_chart",
    "depth_plot",
    "depth_points",
    "histogram",
    "measures",
    "lint",
    "unit_detail",
    "detail",
    "story",
    "rest",
    "top",
    "keys",
    "main",
)
"""The files of app/ that make the page's program, in this order; they share one scope."""

_LANGS: dict[Language, str] = {"en": "en", "zh": "zh-CN"}
_FIELD = re.compile(r"\{\{(\w+)\}\}")


def render(report: AlignmentReport, language: Language = "en") -> str:
    """One HTML file that needs nothing else: no network, no other file.

    It is plain ASCII, so that no encoding it may be written in can spoil it.

    Args:
        report: What to show.
        language: The language the page opens in; a switch on it changes to the other.

    Raises:
        UsageError: If the language is none of these.
    """
    if language not in _LANGS:
        raise UsageError(
            "The page has no such language.",
            got=repr(language),
            expected=", ".join(map(repr, get_args(Language))),
        )
    said = headline(report)
    fields = {
        "lang": _LANGS[language],
        "language": language,
        "policy": _policy(),
        "version": __version__,
        "title": _text(f"{report.base} / {report.raw}: {said}"),
        "style": _style(),
        "theme": resource("app/theme.js"),
        "text": _text(str(report)),
        "report": _json(page_data(report)),
        "words": _json(json.loads(resource("words.json"))),
        "library": resource("vendor/uplot/uPlot.iife.min.js"),
        "program": _program(),
    }
    return _FIELD.sub(lambda field: fields[field[1]], resource("template.html"))


@cache
def resource(name: str) -> str:
    """A file of this package, as text."""
    return files("padiff.report.page").joinpath(name).read_text("utf-8")


@cache
def _style() -> str:
    return resource("vendor/uplot/uPlot.min.css") + resource("style.css")


@cache
def _program() -> str:
    parts = "\n".join(resource(f"app/{name}.js") for name in PROGRAM)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _policy() -> str:
    """Nothing is fetched, and no script or style runs but those that are in the page from the start."""
    scripts = (resource("app/theme.js"), resource("vendor/uplot/uPlot.iife.min.js"), _program())
    allowed = " ".join(map(_hash, scripts))
    rules = (
        "default-src 'none'",
        f"script-src {allowed}",
        f"style-src {_hash(_style())}",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(text: str) -> str:
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _json(data: Any) -> str:
    """JSON that cannot end the element it is in, nor open a comment in it."""
    written = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return written.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
