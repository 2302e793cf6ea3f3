"""PaDiff blamed the root where one side has a Dropout more, a functional ReLU, or a mapped LSTM."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from tests.align.nets import Net, PaddleNet, values

X = values(3, 5, 4)


def run(self: Any, x: Any) -> Any:
    x = self.lstm(self.fc(x))[0]
    x = self.act(x) if hasattr(self, "act") else self.relu(x)
    return self.out(self.drop(x) if hasattr(self, "drop") else x)


def base(**more: Any) -> Net:
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(4, 4, batch_first=True)
    parts = {"fc": torch.nn.Linear(4, 4), "lstm": lstm, **more, "out": torch.nn.Linear(4, 2)}
    net = Net(run, **parts)
    net.relu = torch.relu
    return net


def raw(**more: Any) -> PaddleNet:
    parts = {"fc": paddle.nn.Linear(4, 4), "lstm": paddle.nn.LSTM(4, 4), **more}
    net = PaddleNet(run, **parts, out=paddle.nn.Linear(4, 2))
    net.relu = paddle.nn.functional.relu
    return net


PAIRS = {
    "a dropout more in base": lambda: (base(drop=torch.nn.Dropout(0.0)), raw()),
    "a dropout more in raw": lambda: (base(), raw(drop=paddle.nn.Dropout(0.0))),
    "a module against a function": lambda: (base(act=torch.nn.ReLU()), raw()),
    "a function against a module": lambda: (base(), raw(act=paddle.nn.ReLU())),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("faulty", ["fc", "lstm", "out"])
@pytest.mark.parametrize("mapped", [False, True])
def test_the_layer_that_is_wrong_is_named(pair: str, faulty: str, mapped: bool) -> None:
    base, raw = (padiff.create_model(model) for model in PAIRS[pair]())
    if mapped:
        base.set_layer_map([base.model.lstm])
        raw.set_layer_map([raw.model.lstm])
    padiff.assign_weight(base, raw)
    weight = next(iter(getattr(raw.model, faulty).parameters()))
    weight.set_value(weight.numpy() + 1)
    report = padiff.align(base, raw, X)
    assert [origin.base_path for origin in report.origins] == [faulty]


def test_a_fault_within_a_root_whose_output_agrees_is_seen() -> None:
    def faint(self: Any, x: Any) -> Any:
        return self.out(self.fc(x)) * 1e-9

    base = Net(faint, fc=torch.nn.Linear(4, 4), out=torch.nn.Linear(4, 2))
    raw = PaddleNet(faint, fc=paddle.nn.Linear(4, 4), out=paddle.nn.Linear(4, 2))
    padiff.assign_weight(base, raw)
    raw.fc.bias.set_value(raw.fc.bias.numpy() + 1)
    report = padiff.align(base, raw, X)
    assert [origin.base_path for origin in report.origins] == ["fc"]
