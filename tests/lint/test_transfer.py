"""A transfer says what the lint found, and goes through: the weights can be right all the same."""

from __future__ import annotations

from io import StringIO

import paddle.nn as pnn
import pytest
from rich.console import Console
from torch import nn

import padiff
from padiff import Registry

from .gates import Gate, OpenGate, Plain, declare


@pytest.fixture
def gates(reference: Registry) -> Registry:
    return declare(reference)


def test_a_transfer_reports_what_the_weights_cannot_cure() -> None:
    base = nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5)).eval()
    raw = pnn.Sequential(pnn.Conv2D(3, 5, 3), pnn.BatchNorm2D(5, momentum=0.1))
    raw.eval()
    report = padiff.assign_weight(base, raw)
    assert report
    assert report.count("copied") == 6
    assert [str(finding) for finding in report.findings] == [
        "1   momentum   torch 0.1 = paddle 0.9; found paddle 0.1   write momentum=0.9"
    ]
    assert str(report) == (
        "Sequential (torch) -> Sequential (paddle): 6 copied, 1 derived; lint: 1 warning"
    )
    assert report.to_dict()["findings"] == [finding.to_dict() for finding in report.findings]


def test_its_table_shows_them_below() -> None:
    raw = pnn.Conv2D(3, 5, 3, stride=2)
    raw.eval()
    report = padiff.assign_weight(nn.Conv2d(3, 5, 3).eval(), raw)
    console = Console(width=140, file=StringIO())
    console.print(report)
    assert isinstance(console.file, StringIO)
    shown = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    assert shown[-4:] == [
        "Conv2d (torch) -> Conv2D (paddle): 2 copied; lint: 1 error",
        "The weights are in place; these differences are not in the weights:",
        "severity where what found do",
        "error (root) stride torch (1, 1) = paddle 1; found paddle [2, 2] write stride=1",
    ]


def test_notes_do_not_crowd_the_one_line_summary() -> None:
    base, raw = nn.MultiheadAttention(6, 2, batch_first=True), pnn.MultiHeadAttention(6, 2)
    report = padiff.assign_weight(base, raw)
    assert [finding.severity for finding in report.findings] == ["info"]
    assert "lint" not in str(report)


def test_without_findings_nothing_is_said() -> None:
    base, raw = nn.Linear(3, 5), pnn.Linear(3, 5)
    report = padiff.assign_weight(base, raw)
    assert report.findings == ()
    assert "lint" not in str(report)


def test_findings_are_of_base_as_it_was_before_the_transfer(gates: Registry) -> None:
    """Raw's first factor differs when the rule looks, and is base's when the transfer is through."""
    base, raw = Plain(door=Gate(50)), Plain(door=OpenGate(0.5))
    report = padiff.assign_weight(base, raw, registry=gates)
    assert [finding.rule for finding in report.findings] == ["gate.unlike"]
    assert base.door.factor.read().tolist() == raw.door.factor.read().tolist()
