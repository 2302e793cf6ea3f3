"""PaDiff let two models of one class name share a folder, and compared the second with itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.checker import check_report
from padiff.errors import UsageError
from tests.small import in_paddle, in_torch


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("padiff.dumping.root._chosen", [str(tmp_path)])
    return tmp_path


def torch_model() -> in_torch.Model:
    return in_torch.Model(fc=torch.nn.Linear(2, 2))


def paddle_model() -> in_paddle.Model:
    return in_paddle.Model(fc=paddle.nn.Linear(2, 2))


@pytest.mark.parametrize("build", [torch_model, paddle_model])
def test_the_second_is_refused(build: Any) -> None:
    first, second = padiff.create_model(torch_model()), padiff.create_model(build())
    assert first.dump_path == second.dump_path
    first.dump_weights()
    with pytest.raises(UsageError, match="Two models would dump into one folder"):
        second.dump_weights()


def test_also_where_the_first_was_another_process(root: Path) -> None:
    padiff.create_model(torch_model()).dump_weights(root / "Model" / "step_0" / "rank_0")
    with pytest.raises(UsageError) as caught:
        padiff.create_model(paddle_model()).dump_weights()
    assert caught.value.got == "the dumps of tests.small.in_torch.Model (torch)"


def test_one_folder_on_both_sides_is_refused(root: Path) -> None:
    padiff.create_model(torch_model()).dump_weights(root / "dump")
    with pytest.raises(UsageError, match="compared with itself"):
        check_report(root / "dump", root / "dump")
