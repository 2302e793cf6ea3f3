"""Everything can be done without a mouse."""

from __future__ import annotations

import pytest

from tests.report.page.reports import backward, deep, faulty, paired

from .conftest import Open


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("ARROW_DOWN", "ARROW_UP")])
def test_up_and_down(show: Open, down: str, up: str) -> None:
    page = show(faulty())
    page.run('document.getElementById("tree").focus()')
    page.press(down)
    assert page.selected() == "head"
    page.press(up, up, up)
    assert page.selected() == "encoder.0.norm"


def test_first_and_last(show: Open) -> None:
    page = show(deep())
    page.run('document.getElementById("tree").focus()')
    page.press("END")
    assert page.selected() == "layers.1999"
    assert "layers.1999" in page.text("#tree .selected")
    page.press("HOME")
    assert page.selected() == "(root)"


def test_fold_and_unfold(show: Open) -> None:
    page = show(faulty())
    page.run('document.getElementById("tree").focus()')
    page.press("ARROW_LEFT")
    assert page.selected() == "encoder.1"
    page.press("ARROW_LEFT")
    assert "norm LayerNorm ln PaddleNorm 0.25" not in page.rows()
    page.press("ARROW_RIGHT", "ARROW_RIGHT")
    assert page.selected() == "encoder.1.norm"


def test_next_and_previous_that_differ(show: Open) -> None:
    page = show(faulty())
    page.press("n")
    assert page.selected() == "head"
    page.press("n")
    assert page.selected() == "(root)"
    page.press("p", "p")
    assert page.selected() == "encoder.1.norm"


def test_next_that_differs_follows_the_phase(show: Open) -> None:
    page = show(backward())
    page.press("n")
    assert (page.selected(), page.text('.tab[aria-pressed="true"]')) == ("fc0", "backward 0.125")


def test_search_from_anywhere_and_into_the_tree(show: Open) -> None:
    page = show(faulty())
    page.press("/", "h", "e", "a", "d", "ENTER")
    assert page.selected() == "head"
    assert page.run("return document.activeElement.id") == "tree"
    page.press("/", "ESCAPE")
    assert page.one("#search").get_attribute("value") == ""
    assert len(page.rows()) == 6


def test_letters_in_the_search_are_no_commands(show: Open) -> None:
    page = show(faulty())
    page.press("/", "n", "j")
    assert page.one("#search").get_attribute("value") == "nj"
    assert page.selected() == "encoder.1.norm"


def test_enter_goes_to_the_details_and_escape_back(show: Open) -> None:
    page = show(paired())
    page.run('document.getElementById("tree").focus()')
    page.press("ENTER")
    assert page.run("return document.activeElement.id") == "detail"
    page.press("ESCAPE")
    assert page.run("return document.activeElement.id") == "tree"


def test_the_keys_are_listed(show: Open) -> None:
    page = show(faulty())
    assert page.all("#keys") == []
    page.press("?")
    assert page.text("#keys h2") == "Keyboard shortcuts"
    assert page.texts("#keys tr")[4:6] == [
        "n next unit that differs",
        "p previous unit that differs",
    ]
    page.press("ESCAPE")
    assert page.all("#keys") == []


def test_a_button_that_was_pressed_keeps_the_focus(show: Open) -> None:
    page = show(backward())
    page.click("#depth .choice button", "relative")
    assert page.run("return document.activeElement.dataset.key") == "choice-relative"
    page.click(".tab", "forward")
    assert page.run("return document.activeElement.dataset.key") == "forward"


def test_with_a_modifier_a_letter_belongs_to_the_browser(show: Open) -> None:
    page = show(faulty())
    page.run(
        'document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", ctrlKey: true, bubbles: true }))'
    )
    assert page.selected() == "encoder.1.norm"
