"""One browser for all tests, and a page for each. Without Chromium the tests here are skipped, loudly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from selenium.webdriver import Chrome

from padiff.report.alignment import AlignmentReport

from .chromium import MISSING, Page, found, started

Open: TypeAlias = Callable[..., Page]

REQUIRED = "PADIFF_REQUIRE_BROWSER"
"""The environment variable under which a missing browser is a failure."""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Chromium, started once."""
    programs = found()
    if programs is None:
        if os.environ.get(REQUIRED):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with started(*programs, tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome


@pytest.fixture
def show(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    """Opens a report's page, from disk, in a window of some size; the console must stay silent."""

    def show(
        report: AlignmentReport,
        language: str = "en",
        *,
        size: tuple[int, int] = (1440, 900),
        dark: bool = False,
    ) -> Page:
        file = tmp_path / "report.html"
        file.write_text(report.to_html(language), "utf-8")  # type: ignore[arg-type]  # either
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1}
        mobile = {"mobile": size[0] < 640}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**screen, **mobile})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        browser.get(file.as_uri())
        return page

    page = Page(browser)
    yield show
    assert page.errors() == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was not tested."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if MISSING in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(f"not tested: {len(skipped)} tests of the page. {MISSING}")
