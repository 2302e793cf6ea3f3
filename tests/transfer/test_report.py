"""A transfer's report: truthy, one line as text, a table in a terminal, plain data for a file."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from io import StringIO
from itertools import pairwise
from typing import Any

import paddle
import pytest
import torch
from rich.console import Console

import padiff
from tests.small import in_paddle, in_torch


@pytest.fixture
def report() -> padiff.TransferReport:
    """One record or more of every way but `initialised`, and layers configured alike."""
    base = in_torch.Model(
        fc=torch.nn.Linear(2, 3),
        gru=torch.nn.GRU(3, 2, batch_first=True),
        out=torch.nn.Linear(3, 4, bias=False),
        again=torch.nn.Linear(2, 3),
        ids=torch.arange(3),
    )
    base.again = base.fc
    raw = in_paddle.Model(
        fc=paddle.nn.Linear(2, 3),
        gru=paddle.nn.GRU(3, 2),
        out=paddle.nn.Linear(3, 4),
        again=paddle.nn.Linear(2, 3),
    )
    raw.again = raw.fc
    return padiff.assign_weight(
        padiff.create_model(base, "Net"), padiff.create_model(raw, "Port"), ignore=["ids"]
    )


def test_it_is_true(report: padiff.TransferReport) -> None:
    assert report
    assert bool(report) is True


def test_even_a_transfer_of_nothing_is_true() -> None:
    report = padiff.assign_weight(torch.nn.ReLU(), paddle.nn.ReLU())
    assert report
    assert str(report) == "ReLU (torch) -> ReLU (paddle): no tensors"


def test_as_text_it_is_one_line(report: padiff.TransferReport) -> None:
    assert str(report) == "Net (torch) -> Port (paddle): 7 copied, 2 derived, 6 tied, 1 ignored"


def test_records_are_counted_and_selected(report: padiff.TransferReport) -> None:
    assert report.count("copied") == 7
    assert [record.raw for record in report.select("derived")] == ["gru._dropout_state", "out.bias"]
    assert report.select("initialised") == ()


def test_a_record_says_what_where_and_why(report: padiff.TransferReport) -> None:
    (record,) = (r for r in report.records if r.raw == "gru.0.cell.weight_ih")
    seen = (record.how, record.base, record.shape, str(record.dtype), record.canonical)
    assert seen == ("copied", "gru.weight_ih_l0", (6, 3), "float32", "0.forward.weight_ih")
    assert (record.kind, record.by, record.note) == ("gru", "path", "")


def test_it_cannot_be_changed(report: padiff.TransferReport) -> None:
    changed: Any = report
    with pytest.raises(FrozenInstanceError):
        changed.base = "other"
    with pytest.raises(FrozenInstanceError):
        changed.records[0].how = "ignored"


def test_it_is_plain_data_for_a_file(report: padiff.TransferReport) -> None:
    data = json.loads(json.dumps(report.to_dict()))
    assert {key: data[key] for key in data if key != "records"} == {
        "base": "Net",
        "raw": "Port",
        "base_framework": "torch",
        "raw_framework": "paddle",
        "findings": [],
    }
    assert len(data["records"]) == len(report.records)
    assert data["records"][0] == {
        "how": "copied",
        "base": "fc.weight",
        "raw": "fc.weight",
        "canonical": "weight",
        "kind": "linear",
        "shape": [3, 2],
        "dtype": "float32",
        "paired_by": "path",
        "note": "",
    }


def test_in_a_terminal_it_is_a_table(report: padiff.TransferReport) -> None:
    assert shown(report, width=100) == [
        "base              raw                    shape  how      note",
        "fc.weight         fc.weight                3x2  copied",
        "fc.bias           fc.bias                    3  copied",
        "gru.weight_ih_l0  gru.0.cell.weight_ih     6x3  copied",
        "gru.weight_hh_l0  gru.0.cell.weight_hh     6x2  copied",
        "gru.bias_ih_l0    gru.0.cell.bias_ih         6  copied",
        "gru.bias_hh_l0    gru.0.cell.bias_hh         6  copied",
        "-                 gru._dropout_state    scalar  derived  the layer computes it itself",
        "out.weight        out.weight               4x3  copied",
        "-                 out.bias                   4  derived  filled with 0, its neutral value",
        "again.weight      again.weight             3x2  tied     the same raw tensor as one listed before",
        "again.bias        again.bias                 3  tied     the same raw tensor as one listed before",
        "ids               -                          3  ignored",
        "Net (torch) -> Port (paddle): 7 copied, 2 derived, 6 tied, 1 ignored",
        "Not shown: 4 second names of tied tensors.",
    ]


@pytest.mark.parametrize("width", [44, 60])
def test_in_a_narrow_terminal_no_path_is_cut_off(report: padiff.TransferReport, width: int) -> None:
    printed = shown(report, width)
    bounds = [printed[0].index(title) for title in ("base", "raw", " shape")]
    columns = [
        "".join(line[start:end].strip() for line in printed) for start, end in pairwise(bounds)
    ]
    names = [(r.base, r.raw) for r in report.records if r.how != "tied"]
    assert [base for base, _ in names if base and base not in columns[0]] == []
    assert [raw for _, raw in names if raw and raw not in columns[1]] == []
    assert max(map(len, printed)) <= width


def shown(report: padiff.TransferReport, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(report)
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]
