"""What a report says, as a line each, as a table, and as plain data."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

from rich.console import Console

from padiff import LintReport
from padiff.linting.engine import Unknown
from padiff.linting.finding import Finding, concerning
from padiff.linting.report import summary

MOMENTUM = Finding(
    "warning",
    "batch_norm.momentum",
    "encoder.bn1",
    "encoder.bn1",
    "torch BatchNorm2d",
    "paddle BatchNorm2D",
    "momentum",
    "torch 0.1 = paddle 0.9; found paddle 0.1",
    "write momentum=0.9",
    "momentum=0.1",
    "momentum=0.1",
    0.1,
    0.9,
)
ROW = Finding(
    "error",
    "embedding.padding_row",
    "embed",
    "words.embed",
    "torch Embedding",
    "paddle Embedding",
    "",
    "padding_idx=0, and row 0 of the weight is not zero",
    "zero the row",
)
NOTE = Finding("info", "x.y", "", "", "torch X", "paddle X", "y", "torch 1; paddle 2", "", "1", "2")
SECOND = replace(MOMENTUM, base_path="encoder.bn2", raw_path="encoder.bn2")

REPORT = LintReport(
    "Net",
    "Port",
    "torch",
    "paddle",
    (MOMENTUM, ROW, NOTE, SECOND),
    7,
    (Unknown("head", "top", "no kind describes paddle Head"),),
    ("act", "drop"),
    ("gelu",),
)
CLEAN = LintReport("Net", "Port", "torch", "paddle", (), 1)


def rendered(report: LintReport) -> list[str]:
    console = Console(width=160, file=StringIO())
    console.print(report)
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_line_for_each_finding_worst_first_and_what_was_not_compared() -> None:
    assert str(REPORT).splitlines() == [
        (
            "error    embed -> words.embed   padding_idx=0, and row 0 of the weight is not zero   "
            "zero the row"
        ),
        (
            "warning  encoder.bn1   momentum   torch 0.1 = paddle 0.9; found paddle 0.1   "
            "write momentum=0.9"
        ),
        (
            "warning  encoder.bn2   momentum   torch 0.1 = paddle 0.9; found paddle 0.1   "
            "write momentum=0.9"
        ),
        "info     (root)   y   torch 1; paddle 2",
        "Net (torch) and Port (paddle): 1 error, 2 warnings, 1 note in 7 pairs of modules",
        "not compared: no kind describes paddle Head (base head, raw top)",
        "not compared: only base has act, drop",
        "not compared: only raw has gelu",
    ]


def test_a_clean_report_is_one_line() -> None:
    assert str(CLEAN) == "Net (torch) and Port (paddle): nothing found in 1 pair of modules"
    assert rendered(CLEAN) == [str(CLEAN)]


def test_the_table_gathers_equal_findings() -> None:
    assert rendered(REPORT) == [
        (
            "severity  where                   what                   found"
            "                                               do"
        ),
        (
            "error     embed -> words.embed    embedding.padding_row  "
            "padding_idx=0, and row 0 of the weight is not zero  zero the row"
        ),
        (
            "warning   encoder.bn1 and 1 more  momentum               "
            "torch 0.1 = paddle 0.9; found paddle 0.1            write momentum=0.9"
        ),
        "info      (root)                  y                      torch 1; paddle 2",
        "Net (torch) and Port (paddle): 1 error, 2 warnings, 1 note in 7 pairs of modules",
        "not compared: no kind describes paddle Head (base head, raw top)",
        "not compared: only base has act, drop",
        "not compared: only raw has gelu",
    ]


def test_only_an_error_makes_it_false() -> None:
    assert not REPORT
    assert LintReport("a", "b", "torch", "paddle", (MOMENTUM, NOTE), 1)
    assert CLEAN


def test_findings_are_counted_and_selected_by_severity() -> None:
    assert [REPORT.count(severity) for severity in ("error", "warning", "info")] == [1, 2, 1]
    assert REPORT.select("warning") == (MOMENTUM, SECOND)
    assert summary(REPORT.findings) == "1 error, 2 warnings, 1 note"
    assert summary([NOTE, NOTE]) == "2 notes"


def test_findings_are_found_by_path() -> None:
    mode = replace(NOTE, base_path="encoder", below=True)
    assert REPORT.at("encoder.bn1") == (MOMENTUM,)
    assert concerning([mode, MOMENTUM], "encoder.bn1") == (mode, MOMENTUM)
    assert concerning([mode], "encoder") == (mode,)
    assert concerning([mode], "encoders.x") == ()
    assert concerning([replace(mode, below=False)], "encoder.bn1") == ()
    assert concerning([replace(mode, base_path="")], "anything") == (replace(mode, base_path=""),)


def test_it_is_plain_data() -> None:
    data = json.loads(json.dumps(REPORT.to_dict()))
    assert {key: data[key] for key in data if key != "findings"} == {
        "base": "Net",
        "raw": "Port",
        "base_framework": "torch",
        "raw_framework": "paddle",
        "ok": False,
        "pairs": 7,
        "unknown": [
            {"base_path": "head", "raw_path": "top", "why": "no kind describes paddle Head"}
        ],
        "base_alone": ["act", "drop"],
        "raw_alone": ["gelu"],
    }
    assert data["findings"][0] == {
        "severity": "warning",
        "rule": "batch_norm.momentum",
        "base_path": "encoder.bn1",
        "raw_path": "encoder.bn1",
        "base_class": "torch BatchNorm2d",
        "raw_class": "paddle BatchNorm2D",
        "subject": "momentum",
        "what": "torch 0.1 = paddle 0.9; found paddle 0.1",
        "fix": "write momentum=0.9",
        "base": "momentum=0.1",
        "raw": "momentum=0.1",
        "base_canonical": 0.1,
        "raw_canonical": 0.9,
        "below": False,
    }
    assert CLEAN.to_dict()["ok"] is True


def test_canonical_values_of_any_type_become_plain_data() -> None:
    odd = replace(MOMENTUM, base_canonical=((1, 2), None), raw_canonical=REPORT)
    assert odd.to_dict()["base_canonical"] == [[1, 2], None]
    assert odd.to_dict()["raw_canonical"] == str(REPORT)
