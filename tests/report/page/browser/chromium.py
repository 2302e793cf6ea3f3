"""One headless Chromium, and the page that is open in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

__all__ = ["MISSING", "Page", "found", "started"]

MISSING = "Chromium is not installed: apt-get install chromium chromium-driver"

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_READ = """
const unseen = [...document.querySelectorAll(".unseen")];
unseen.forEach((element) => { element.hidden = true; });
const found = [...document.querySelectorAll(arguments[0])].filter((element) => element.checkVisibility());
const texts = found.map((element) => element.innerText.split(/\\s+/).filter(Boolean).join(" "));
unseen.forEach((element) => { element.hidden = false; });
return texts;
"""
"""What people see of elements, all at once: without what only screen readers are told."""

_PATIENCE = 20
"""Seconds until a page that never does what is waited for has failed."""
_PAINTED_ANEW = (StaleElementReferenceException,)
"""An element was found, and its part of the page painted anew before it was used."""


def found() -> tuple[str, str] | None:
    """The browser and its driver; None if one is missing. Nothing is ever downloaded."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def started(browser: str, driver: str, profile: Path) -> Iterator[Chrome]:
    """A browser with an empty profile."""
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options, Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


@dataclass(frozen=True, slots=True)
class Page:
    """A report in the browser, by CSS selectors."""

    driver: Chrome

    def all(self, selector: str) -> list[WebElement]:
        """Every element that is visible."""
        everything = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return [element for element in everything if element.is_displayed()]

    def one(self, selector: str) -> WebElement:
        """The one element that is visible."""
        [element] = self.all(selector)
        return element

    def texts(self, selector: str) -> list[str]:
        """What can be read of every visible element."""
        return list(self.run(_READ, selector))

    def text(self, selector: str) -> str:
        """What can be read of the one visible element."""
        [text] = self.texts(selector)
        return text

    def click(self, selector: str, text: str = "") -> None:
        """Click the one element, or the one of them with this text."""

        def clicked() -> bool:
            [element] = [e for e in self.all(selector) if text in e.text]
            element.click()
            return True

        self.wait(clicked)

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(getattr(Keys, key, key))

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script's `return`."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: Callable[[], Any]) -> None:
        """Until something holds: what follows scrolling, or is drawn in the next frame."""
        patience = WebDriverWait(self.driver, _PATIENCE, ignored_exceptions=_PAINTED_ANEW)
        patience.until(lambda _: condition())

    def selected(self) -> str:
        """The path in base, or in raw alone, of the module that is looked at."""
        return self.texts(".sides-table code")[0]

    def rows(self) -> list[str]:
        """The rows in sight, by what they say."""
        return self.texts("#tree .row:not(.head)")

    def errors(self) -> list[str]:
        """What scripts and the policy complained of since the last time it was asked."""
        log = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log if entry["source"] != "rendering"]
