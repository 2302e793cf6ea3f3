"""Weights out of a trace of either framework, loaded into either: bit for bit those of the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.errors import TraceError
from tests.align.nets import Net, PaddleNet, values
from tests.small.marks import marks_of


def run(self: Any, x: Any) -> Any:
    hidden = self.lstm(self.norm(self.fc(x)).reshape([2, 3, 4]))[0]
    return self.head(hidden)


def in_torch(seed: int) -> Net:
    torch.manual_seed(seed)
    return Net(
        run,
        fc=torch.nn.Linear(4, 4),
        norm=torch.nn.BatchNorm1d(4),
        lstm=torch.nn.LSTM(4, 5, 2, batch_first=True),
        mha=torch.nn.MultiheadAttention(8, 2, batch_first=True),
        head=torch.nn.Linear(5, 2),
    )


def in_paddle(seed: int) -> PaddleNet:
    paddle.seed(seed)
    return PaddleNet(
        run,
        fc=paddle.nn.Linear(4, 4),
        norm=paddle.nn.BatchNorm1D(4),
        lstm=paddle.nn.LSTM(4, 5, 2),
        mha=paddle.nn.MultiHeadAttention(8, 2),
        head=paddle.nn.Linear(5, 2),
    )


MAKERS: dict[str, Callable[[int], Any]] = {"torch": in_torch, "paddle": in_paddle}
TENSORS: dict[str, Any] = {"torch": torch.from_numpy, "paddle": paddle.to_tensor}

pytestmark = pytest.mark.filterwarnings("ignore:When training, we now always track:UserWarning")


def bits(model: Any) -> dict[str, bytes]:
    return {name: mark.bits for name, mark in marks_of(model).items()}


@pytest.mark.parametrize("raw", MAKERS)
@pytest.mark.parametrize("base", MAKERS)
def test_weights_go_through_a_trace_as_they_go_directly(
    tmp_path: Path, base: str, raw: str
) -> None:
    model = MAKERS[base](1)
    with padiff.record(model, tmp_path / "t"):
        model(TENSORS[base](values(6, 4)))
    # As they were before the step: the statistics of the BatchNorm have moved since.
    source = MAKERS[base](1)
    directly, through = MAKERS[raw](2), MAKERS[raw](3)
    padiff.assign_weight(source, directly)
    report = padiff.assign_weight(tmp_path / "t", through)
    assert report
    assert bits(through) == bits(directly)


@pytest.mark.parametrize("raw", MAKERS)
def test_a_trace_with_a_damaged_tensor_changes_nothing(tmp_path: Path, raw: str) -> None:
    model = in_torch(1)
    with padiff.record(model, tmp_path / "t"):
        model(torch.from_numpy(values(6, 4)))
    trace = padiff.Trace(tmp_path / "t")
    last = trace.index.initial["5/bias"]
    file = tmp_path / "t" / trace.index.tensors[last].file
    data = file.read_bytes()
    at = data.index(trace.tensor(last).tobytes())
    file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    target = MAKERS[raw](2)
    before = marks_of(target)
    with pytest.raises(TraceError, match=f"tensor {last} with other values than were written"):
        padiff.assign_weight(trace, target)
    assert marks_of(target) == before


@pytest.mark.parametrize("level", ["statistics", "hash"])
def test_a_trace_without_values_changes_nothing(tmp_path: Path, level: Any) -> None:
    model, target = in_torch(1), in_torch(2)
    with padiff.record(model, tmp_path / "t", level=level):
        model(torch.from_numpy(values(6, 4)))
    before = marks_of(target)
    with pytest.raises(TraceError, match="does not hold the values of its tensors"):
        padiff.assign_weight(tmp_path / "t", target)
    assert marks_of(target) == before


@pytest.mark.parametrize("framework", MAKERS)
def test_a_model_and_its_trace_do_the_same(tmp_path: Path, framework: str) -> None:
    model = MAKERS[framework](1)
    model.eval()
    x = TENSORS[framework](values(6, 4))
    with padiff.record(model, tmp_path / "t"):
        model(x)
    report = padiff.align(tmp_path / "t", model, phase="forward")
    assert report, str(report)
