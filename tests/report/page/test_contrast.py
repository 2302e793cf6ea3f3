"""Text can be read on every ground it stands on: WCAG AA, in both themes."""

from __future__ import annotations

import re
from itertools import product

import pytest

from padiff.report.page.render import resource

TEXT = (
    "text",
    "dim",
    "accent",
    "origin",
    "wrong",
    "suspicious",
    "within",
    "rounding",
    "identical",
    "nothing",
)
GROUNDS = ("panel", "ground", "raised", "accent-ground", "origin-ground")
DRAWN = ("band-edge", "bar", "faint")
"""Lines and bars that say something, which need less."""


def themes() -> dict[str, dict[str, str]]:
    """The colours of each theme; the dark one changes some of the light one's."""
    blocks = re.findall(
        r':root(\[data-theme="dark"\])? \{(.*?)\}', resource("style.css"), re.DOTALL
    )
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for _, block in blocks)
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text(theme: str) -> None:
    colours = themes()[theme]
    found = {pair: contrast(*(colours[name] for name in pair)) for pair in product(TEXT, GROUNDS)}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_that_was_searched_for(theme: str) -> None:
    colours = themes()[theme]
    assert contrast(colours["text"], colours["mark"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_drawn(theme: str) -> None:
    colours = themes()[theme]
    assert {n for n in DRAWN if contrast(colours[n], colours["panel"]) < 3} == set()


def test_the_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
