"""One file: nothing is fetched, and nothing runs but what is in it from the start."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache

import pytest

from padiff.report.alignment import AlignmentReport
from padiff.report.page.render import render
from tests.report import cases

from .parsed import Page, parse
from .reports import deep

HARMLESS = {
    "http://www.w3.org/2000/svg",  # the name of a namespace
    "https://github.com/leeoniya/uPlot",  # the library's own note on what it is
}
FETCHES = re.compile(
    r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|\bimport\(|@import|url\("
)


@cache
def page() -> str:
    return render(cases.forward())


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_no_address_but_names() -> None:
    assert set(re.findall(r"https?://[\w./-]+", page())) == HARMLESS


def test_nothing_fetches() -> None:
    assert FETCHES.findall(page()) == []


def test_no_element_refers_to_another_file() -> None:
    parsed = parse(page())
    refers = {"src", "href", "action", "data", "poster", "srcset", "ping"}
    assert [e for e in parsed.elements if refers & set(e.attributes)] == []
    tags = {e.tag for e in parsed.elements}
    assert not tags & {"link", "base", "iframe", "object", "embed", "form"}


def test_the_policy_allows_the_scripts_and_the_style_that_are_there_and_nothing_else() -> None:
    parsed: Page = parse(page())
    [style] = parsed.all("style")
    assert parsed.policy == {
        "default-src": "'none'",
        "script-src": " ".join(digest(script) for script in parsed.scripts),
        "style-src": digest(style.text),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_policy_stands_before_what_it_is_about() -> None:
    tags = [element.tag for element in parse(page()).elements]
    assert tags.index("meta") < tags.index("style") < tags.index("script")


def test_no_element_has_a_style_or_a_script_of_its_own() -> None:
    # The policy would forbid both.
    for element in parse(page()).elements:
        assert not [n for n in element.attributes if n == "style" or n.startswith("on")]


@pytest.mark.parametrize("case", cases.CASES)
def test_every_report_makes_a_page(case: Callable[[], AlignmentReport]) -> None:
    assert parse(render(case())).json("report")["about"]["base"] == "Net"


def test_two_thousand_layers_in_three_phases_are_a_few_megabytes() -> None:
    report = deep()
    assert len(report.units) == 6000
    assert len(render(report)) < 4_000_000
