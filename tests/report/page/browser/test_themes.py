"""Light and dark."""

from __future__ import annotations

import pytest

from tests.report.page.reports import faulty

from .chromium import Page
from .conftest import Open


def ground(page: Page) -> str:
    return str(page.run("return getComputedStyle(document.documentElement).backgroundColor"))


LIGHT, DARK = "rgb(244, 246, 248)", "rgb(15, 20, 26)"


@pytest.mark.parametrize(("dark", "expected"), [(False, LIGHT), (True, DARK)])
def test_it_is_what_the_system_is(show: Open, dark: bool, expected: str) -> None:
    assert ground(show(faulty(), dark=dark)) == expected


def test_the_button_changes_it_and_the_charts_with_it(show: Open) -> None:
    page = show(faulty())
    page.click("#theme")
    assert ground(page) == DARK
    corner = (
        "const { plot } = document.querySelector('.chart');"
        "const x = plot.valToPos(1, 'x', true), y = plot.valToPos(0.25, 'y', true);"
        "return [...plot.ctx.getImageData(x, y, 1, 1).data].slice(0, 3)"
    )
    page.wait(lambda: page.run(corner) == [0xFF, 0x8F, 0xD8])
    page.click("#theme")
    assert ground(page) == LIGHT
    page.wait(lambda: page.run(corner) == [0xA3, 0x12, 0x7A])


def test_it_follows_the_system_when_that_changes(show: Open) -> None:
    page = show(faulty())
    scheme = {"name": "prefers-color-scheme", "value": "dark"}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    page.wait(lambda: ground(page) == DARK)
