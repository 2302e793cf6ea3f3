"""Search, and the filter by verdict."""

from __future__ import annotations

from tests.report import cases
from tests.report.page.reports import deep, faulty

from .conftest import Open


def test_search_leaves_what_matches_and_what_is_around_it(show: Open) -> None:
    page = show(faulty())
    page.one("#search").send_keys("paddlenorm")
    assert page.rows() == [
        "Net Net PaddleNet Net 0.5",
        "encoder.1 Linear layers.1 Linear 0.5",
        "norm LayerNorm ln PaddleNorm 0.25",
    ]
    assert page.text("#count") == "1 module matches"
    assert page.texts("#tree mark") == ["PaddleNorm"]


def test_every_word_must_match(show: Open) -> None:
    page = show(faulty())
    page.one("#search").send_keys("encoder linear")
    assert page.text("#count") == "3 modules match"
    page.one("#search").send_keys(" layers.0.ln")
    assert page.text("#count") == "1 module matches"


def test_what_nothing_matches(show: Open) -> None:
    page = show(faulty())
    page.one("#search").send_keys("nowhere")
    assert page.rows() == []
    assert page.text("#tree .empty") == "No module matches."


def test_a_layer_among_two_thousand(show: Open) -> None:
    page = show(deep())
    page.one("#search").send_keys("layers.777")
    assert page.text("#count") == "1 module matches"
    assert any("layers.777" in row for row in page.rows())


def test_the_filter_leaves_modules_of_a_verdict(show: Open) -> None:
    page = show(faulty())
    page.click(".filter", "within tolerance")
    assert page.rows() == [
        "Net Net PaddleNet Net 0.5",
        "encoder.0 Linear layers.0 Linear 4.77e-07",
        "norm Linear ln Linear 4.77e-07",
    ]
    assert page.one('.filter[aria-pressed="true"]').text.startswith("within")


def test_two_verdicts_add_up_and_none_shows_all(show: Open) -> None:
    page = show(faulty())
    page.click(".filter", "within tolerance")
    page.click(".filter", "origin")
    assert page.text("#count") == "3 modules match"
    page.click(".filter", "within tolerance")
    page.click(".filter", "origin")
    assert page.text("#count") == ""
    assert len(page.rows()) == 6


def test_filter_and_search_together(show: Open) -> None:
    page = show(faulty())
    page.click(".filter", "wrong")
    page.one("#search").send_keys("encoder")
    assert page.text("#count") == "2 modules match"


def test_a_verdict_of_one_side_keeps_its_counterpart(show: Open) -> None:
    page = show(cases.optimizer())
    page.click(".filter", "origin")
    assert page.rows() == ["Net Net PaddleNet PaddleNet 0.5"]


def test_what_was_not_compared_can_be_found(show: Open) -> None:
    page = show(cases.backward())
    page.click(".filter", "not compared")
    assert page.rows() == ["Net Net PaddleNet PaddleNet"]
