"""The frame of the page: language, title, and what is there without scripts."""

from __future__ import annotations

import pytest

from padiff._version import __version__
from padiff.errors import UsageError
from tests.report import cases

from .parsed import Page, parse


def html(page: Page) -> dict[str, str]:
    return page.all("html")[0].attributes


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-CN")])
def test_it_opens_in_the_language_asked_for(language: str, lang: str) -> None:
    page = parse(cases.forward().to_html(language))  # type: ignore[arg-type]  # any of the two
    assert html(page) == {"lang": lang, "data-language": language}


def test_english_unless_another_is_asked_for() -> None:
    assert html(parse(cases.forward().to_html()))["lang"] == "en"


def test_another_language_is_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        cases.forward().to_html("fr")  # type: ignore[arg-type]  # what is refused
    assert str(refusal.value) == (
        "The page has no such language.\n  got:      'fr'\n  expected: 'en', 'zh'"
    )


def test_the_title_says_the_outcome() -> None:
    [title] = parse(cases.forward().to_html()).all("title")
    assert title.text == (
        "Net / PaddleNet: Not aligned: they part in forward at"
        " base encoder.1.norm / raw layers.1.ln, call 0"
    )


def test_without_scripts_the_report_is_there_as_text() -> None:
    [text] = parse(cases.forward().to_html()).all("pre")
    assert text.text == str(cases.forward())


def test_the_page_says_what_made_it() -> None:
    made = [e.attributes for e in parse(cases.forward().to_html()).all("meta")]
    assert {"name": "generator", "content": f"padiff {__version__}"} in made
