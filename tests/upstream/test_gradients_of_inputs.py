"""PaDiff dropped the gradients of inputs: one wrong by 100 passed if the parameters' agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

import padiff
from padiff.checker import check_params, check_report
from tests.align.nets import Net, values


class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:  # noqa: ARG004
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return 100 * gradients[0]


def model(before: Any) -> Net:
    torch.manual_seed(0)
    return Net(lambda self, x: self.fc(before(x)), fc=torch.nn.Linear(4, 4))


def x() -> torch.Tensor:
    return torch.tensor(values(2, 4), requires_grad=True)


def test_it_is_a_difference(tmp_path: Path) -> None:
    models = model(lambda x: x), model(Wrong.apply)
    assert padiff.auto_diff(*models, (x(), x())) is False
    for side, each in zip(("base", "raw"), models, strict=True):
        proxy = padiff.create_model(each)
        proxy.backward(proxy(x()).sum())
        proxy.try_dump(tmp_path / side)
    assert check_params(tmp_path / "base", tmp_path / "raw") is True
    assert check_report(tmp_path / "base", tmp_path / "raw") is False
