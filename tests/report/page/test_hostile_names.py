"""Nothing in a report breaks out of where it is put."""

from __future__ import annotations

from functools import cache

from padiff.report.page.render import render

from .parsed import Page, parse
from .reports import HOSTILE, hostile


@cache
def page() -> Page:
    return parse(render(hostile()))


def test_a_page_has_as_many_elements_whatever_the_names_are() -> None:
    scripts = [e.attributes for e in page().all("script")]
    data = [{"type": "application/json", "id": name} for name in ("report", "words")]
    assert scripts == [{}, *data, {}, {}]
    assert page().all("img") == []


def test_every_name_is_in_the_data_as_it_is() -> None:
    assert set(HOSTILE) <= set(page().json("report")["strings"])
    assert page().json("report")["about"]["notes"] == list(HOSTILE)


def test_the_data_cannot_end_its_element_nor_open_a_comment() -> None:
    for name in ("report", "words"):
        [element] = [e for e in page().elements if e.attributes.get("id") == name]
        assert not set("<>&\u2028\u2029") & set(element.text)


def test_the_title_and_the_text_for_browsers_without_scripts_are_escaped() -> None:
    assert [e.tag for e in page().elements if e.tag in ("title", "pre")] == ["title", "pre"]
    [title], [text] = page().all("title"), page().all("pre")
    assert HOSTILE[0] in title.text
    assert HOSTILE[1] in text.text


def test_a_page_is_ascii_whatever_the_names_are() -> None:
    assert render(hostile(), "zh").isascii()
