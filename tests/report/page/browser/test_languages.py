"""English and Chinese."""

from __future__ import annotations

import re

from padiff.compare.hints import Hint
from tests.report import cases
from tests.report.build import origin, report, tensor, unit
from tests.report.page.reports import faulty

from .conftest import Open

ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}\b")
TEXTS = """
const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
const texts = [];
while (walker.nextNode()) texts.push(walker.currentNode.data);
return texts;
"""


def test_it_opens_in_chinese(show: Open) -> None:
    page = show(faulty(), "zh")
    assert page.text("#verdict") == "未对齐"
    assert page.text("#story h2") == "差异始于前向 encoder.1.norm → layers.1.ln"
    assert page.text("#story .hints") == "raw 改为 epsilon=1e-05 后，两侧对齐 epsilon"  # noqa: RUF001 - Chinese
    assert page.run("return document.title") == "Net / PaddleNet: 未对齐"


def test_the_switch_changes_everything_and_keeps_the_place(show: Open) -> None:
    page = show(faulty())
    page.click("#tree .row", "head")
    page.click("#languages button", "中文")
    assert page.run("return document.documentElement.lang") == "zh-CN"
    assert page.selected() == "head"
    assert page.text("#detail .state").startswith("差异由上游传入")
    assert page.text("#modules h2") == "模块"
    assert page.run("return document.activeElement.dataset.key") == "language-zh"
    page.click("#languages button", "EN")
    assert page.text("#modules h2") == "Modules"


def test_what_is_searched_for_stays(show: Open) -> None:
    page = show(faulty())
    page.one("#search").send_keys("norm")
    page.click("#languages button", "中文")
    assert page.text("#count") == "2 个模块匹配"
    assert page.one("#search").get_attribute("value") == "norm"


def test_no_english_sentence_is_left(show: Open) -> None:
    page = show(faulty(), "zh")
    page.click("#rest summary")
    assert [text for text in page.run(TEXTS) if ENGLISH.search(text)] == ["no bias at all"]


def test_names_in_a_sentence_are_not_translated(show: Open) -> None:
    at = unit("fc", tensor("output", 0.5), is_origin=True)
    hint = Hint("missing_bias", "raw's forward is zero, base's is not")
    page = show(report([at], [origin(at, hints=[hint])]), "zh")
    assert page.text("#story .hints").startswith("raw \u7684 forward \u5168\u4e3a\u96f6")


def test_a_sentence_nobody_translated_is_marked_as_english(show: Open) -> None:
    page = show(faulty(), "zh")
    page.click("#rest summary")
    assert page.run(
        "return [...document.querySelectorAll('main [lang=en]')].map((e) => e.textContent)"
    ) == ["no bias at all"]


def test_labels_for_screen_readers_change_too(show: Open) -> None:
    page = show(cases.aligned())
    page.click("#languages button", "中文")
    assert page.one("#detail").get_attribute("aria-label") == "模块详情"
    assert page.one("#tree").get_attribute("aria-label") == "两侧模型的模块树与配对"
