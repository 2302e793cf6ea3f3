"""Sentences that comparing makes, in English, have a Chinese form: hints, notes, tolerances, advice."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from padiff.aligning.settings import Settings, make_tolerances
from padiff.compare.tolerance import Mode
from padiff.report.alignment import AlignmentReport
from padiff.report.extent import notes
from padiff.report.page.render import resource
from tests.packaging.distributions import DISTRIBUTIONS
from tests.report import cases

PATTERNS: list[list[str]] = json.loads(resource("words.json"))["patterns"]["zh"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRITERS = {
    # By what is called, which of its arguments is a sentence.
    "Hint": 1,
    "set_aside": 0,
    "Order": 2,
    "Rule": 4,
}
TABLES = ("_TOLD", "_PASSES", "_AGAIN")
"""Dicts whose values are sentences."""


def in_chinese(text: str) -> str | None:
    """As the page puts it; None if no pattern knows it."""
    for pattern, replacement in PATTERNS:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return re.sub(r"([$@])(\d)", lambda mark: _group(found, mark), replacement)
    return None


def _group(found: re.Match[str], mark: re.Match[str]) -> str:
    group = found[int(mark[2])]
    return group if mark[1] == "$" else in_chinese(group) or group


@cache
def written() -> frozenset[str]:
    """Every sentence in the sources that ends up in a report, fields filled in."""
    paths = [path for distribution in DISTRIBUTIONS for path in distribution.modules()]
    return frozenset(text for path in paths for text in _in_module(path) if text)


def _in_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = WRITERS.get(name, len(node.args))
            yield from map(_text, node.args[at : at + 1])
            advice = [keyword.value for keyword in node.keywords if keyword.arg == "advice"]
            yield from map(_text, advice)
            if name == "append" and "notes" in ast.unparse(node.func):
                yield from map(_text, node.args)
        elif isinstance(node, ast.FunctionDef) and "notes" in node.name:
            yield from map(_text, _yielded(node)) if path.parent.name == "aligning" else ()
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assigned(node, path)


def _yielded(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Yield) and node.value is not None:
            yield node.value
        elif isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.GeneratorExp):
            yield node.value.elt


def _assigned(node: ast.Assign | ast.AnnAssign, path: Path) -> Iterator[str]:
    name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
    # Those of a transfer are in its own report.
    compares = path.parent.name in ("aligning", "checker")
    if name.endswith("note") and compares and node.value is not None:
        yield _text(node.value)
    elif name in TABLES and isinstance(node.value, ast.Dict):
        yield from map(_text, node.value.values)


def _text(node: ast.expr) -> str:
    """A literal's text; fields are numbers, which fit wherever a name or a number does."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "7" if isinstance(node, ast.FormattedValue) else ""


@pytest.mark.parametrize("text", sorted(written()))
def test_what_the_sources_say_has_a_chinese_form(text: str) -> None:
    chinese = in_chinese(text)
    assert chinese, "words.json has no pattern for it"
    assert CHINESE.search(chinese)


def test_the_sources_were_read() -> None:
    assert len(written()) > 40


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("with eps=1e-05 in raw the two agree", "raw 改为 eps=1e-05 后，两侧对齐"),  # noqa: RUF001 - Chinese
        (
            "along axis 1, raw has parts 0 and 1 of 2 swapped",
            "沿轴 1，raw 等分成 2 份后，第 0 份与第 1 份对调了",  # noqa: RUF001 - Chinese
        ),
        (
            "only raw's backward pass reached it, the other's needs no gradient",
            "只有 raw 的反向传播到达了此处，另一侧的张量不需要梯度",  # noqa: RUF001 - Chinese
        ),
        (
            "only base's backward pass reached it, with zeros",
            "只有 base 的反向传播到达了此处，且梯度全为零",  # noqa: RUF001 - Chinese
        ),
        (
            "write data_format='NCL', or transpose its inputs and outputs",
            "改为 data_format='NCL'，或转置该层的输入和输出",  # noqa: RUF001 - Chinese
        ),
        ("write padding=0", "改为 padding=0"),
        (
            "raw is base with its axes in the order (1, 0), reshaped where base is transposed",
            "raw 是 base 按轴顺序 (1, 0) 排列后直接 reshape 的结果，而 base 在此处做了转置",  # noqa: RUF001 - Chinese
        ),
        (
            "in what base's h.0.out receives, along axis 2, raw is base flipped",
            "在 base 的 h.0.out 收到的输入中，沿轴 2，raw 是 base 的翻转",  # noqa: RUF001 - Chinese
        ),
        (
            "in a, raw is 2 times base; in b, raw is 3 times base; with base's they agree",
            "a 中，raw 是 base 的 2 倍；b 中，raw 是 base 的 3 倍；换成 base 的权重后两侧对齐",  # noqa: RUF001 - Chinese
        ),
    ],
)
def test_fields_are_kept_and_sentences_within_are_translated(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


@pytest.mark.parametrize("case", [cases.aligned, cases.nonfinite, cases.glue])
def test_notes_and_tolerance_of_a_report_have_a_chinese_form(
    case: Callable[[], AlignmentReport],
) -> None:
    report = case()
    for text in [report.tolerance, *notes(report)]:
        assert in_chinese(text), text


@pytest.mark.parametrize("mode", ["strict", "mean", "abs_mean"])
@pytest.mark.parametrize("stated", [{}, {"atol": 1e-3}, {"tolerance": "auto"}])
def test_every_description_of_a_tolerance_has_a_chinese_form(
    mode: Mode, stated: dict[str, Any]
) -> None:
    tolerances, floor = make_tolerances(stated.get("tolerance"), stated.get("atol"), None, mode)
    settings = Settings(
        tolerances,
        floor,
        phase="both",
        single_step=False,
        steps=1,
        losses=(None, None),
        optimizers=None,
        synced_dropout=False,
        depth=None,
        max_memory=None,
    )
    assert in_chinese(settings.describe())


def test_what_no_pattern_knows_stays_as_it_is() -> None:
    assert in_chinese("a sentence of somebody's own rule") is None
