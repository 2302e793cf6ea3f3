"""On a phone: one column, one list, details that come up when they are asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from padiff.report.alignment import AlignmentReport
from tests.report import cases
from tests.report.page.reports import backward, deep, faulty, hostile, paired

from .conftest import Open

PHONE = (390, 844)


@pytest.mark.parametrize("size", [PHONE, (320, 640), (820, 1100), (1440, 900)])
@pytest.mark.parametrize("case", [faulty, backward, paired, deep, hostile, cases.many])
def test_nothing_is_wider_than_the_window(
    show: Open, case: Callable[[], AlignmentReport], size: tuple[int, int]
) -> None:
    page = show(case(), size=size)
    width, inner = page.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert (width, inner) == (size[0], size[0])


def test_two_trees_become_one_list(show: Open) -> None:
    page = show(faulty(), size=PHONE)
    assert page.rows()[4:] == [
        "norm PaddleNorm layers.1.ln 0.25",
        "head Linear 0.5",
    ]
    assert page.all("#tree .links") == []
    lefts = page.run(
        "return [...document.querySelectorAll('#tree .row:not(.head) .side')]"
        ".filter((side) => side.checkVisibility()).map((side) => side.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == 1


def test_a_module_of_one_side_says_which(show: Open) -> None:
    page = show(paired(), size=PHONE)
    assert "drop Dropout base" in page.rows()
    assert "body Sequential raw" in page.rows()


def test_the_details_come_up_on_a_touch_and_go_again(show: Open) -> None:
    page = show(faulty(), size=PHONE)
    assert page.all("#detail") == []
    page.click("#tree .row", "head")
    assert page.selected() == "head"
    page.click("#detail .close")
    assert page.all("#detail") == []


def test_the_details_of_the_origin_from_the_story(show: Open) -> None:
    page = show(faulty(), size=PHONE)
    page.click("#story .more")
    assert page.selected() == "encoder.1.norm"
    page.press("ESCAPE")
    assert page.all("#detail") == []


def test_moving_on_does_not_bring_them_up(show: Open) -> None:
    page = show(faulty(), size=PHONE)
    page.press("j")
    assert page.all("#detail") == []
