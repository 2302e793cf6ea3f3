"""Models that run in mixed precision. Paddle 3.3.1 has none on CPU: its `auto_cast` only warns there."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff.compare.verdict import Verdict
from tests.align.nets import Net, PaddleNet, twin, values

X = values(8, 16)


def plain(self: Any, x: Any) -> Any:
    return self.b(self.norm(self.a(x)))


def mixed(self: Any, x: Any) -> Any:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return plain(self, x)


def net(run: Any) -> Net:
    torch.manual_seed(0)
    a, b = torch.nn.Linear(16, 32), torch.nn.Linear(32, 4)
    return Net(run, a=a, norm=torch.nn.LayerNorm(32), b=b)


def places(report: padiff.AlignmentReport) -> list[tuple[str, str]]:
    return [(origin.phase, origin.base_path) for origin in report.origins]


@pytest.mark.parametrize("options", [{}, {"single_step": True}, {"tolerance": "auto"}], ids=str)
def test_a_model_that_casts_by_itself(options: dict[str, Any]) -> None:
    base = net(mixed)
    report = padiff.align(base, twin(base), X, **options)
    assert report
    (unit,) = (u for u in report.units if (u.base_path, u.phase) == ("a", "forward"))
    assert unit.produced[0].measured is not None
    assert "bfloat16" in str(unit.produced[0].measured.to_dict())


def test_within_autocast() -> None:
    base = net(plain)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert padiff.align(base, twin(base), X)
        raw = twin(base)
        with torch.no_grad():
            raw.b.weight.mul_(1.5)
        report = padiff.align(base, raw, X)
    assert places(report) == [("forward", "b")]


def test_another_order_of_a_sum_is_rounding() -> None:
    base = net(mixed)
    raw = twin(base)
    order = torch.randperm(16)

    def reordered(self: Any, x: Any) -> Any:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.b(self.norm(self.a(x)))

    raw.run = reordered
    raw.a.forward = lambda x: torch.nn.functional.linear(
        x[:, order], raw.a.weight[:, order], raw.a.bias
    )
    report = padiff.align(base, raw, X, tolerance="auto")
    assert report, str(report)


def test_a_wrong_layer() -> None:
    base = net(mixed)
    raw = twin(base)
    with torch.no_grad():
        raw.norm.weight.mul_(1.2)
    report = padiff.align(base, raw, X)
    assert places(report) == [("forward", "norm")]


def test_a_wrong_gradient() -> None:
    base = net(mixed)
    raw = twin(base)
    raw.b.weight.register_hook(lambda gradient: gradient * 1.5)
    report = padiff.align(base, raw, X)
    assert places(report) == [("backward", "b")]
    assert not report.origins[0].verdict


def test_one_side_alone_casts() -> None:
    report = padiff.align(net(plain), net(mixed), X)
    assert places(report) == [("forward", "a")]
    assert report.origins[0].verdict is Verdict.WRONG
    assert "output: base has dtype float32, raw has dtype bfloat16" in str(report)


@pytest.mark.filterwarnings("ignore:amp_guard can only be enabled on CUDAPlace:UserWarning")
def test_paddle_within_auto_cast() -> None:
    base = net(plain)

    def run(self: Any, x: Any) -> Any:
        with paddle.amp.auto_cast(level="O1", dtype="bfloat16"):
            return plain(self, x)

    a, b = paddle.nn.Linear(16, 32), paddle.nn.Linear(32, 4)
    raw = PaddleNet(run, a=a, norm=paddle.nn.LayerNorm(32), b=b)
    assert padiff.align(base, raw, X, init=True)
    assert padiff.align(raw, base, X)
    raw.norm.weight.set_value(raw.norm.weight * 1.5)
    assert places(padiff.align(base, raw, X)) == [("forward", "norm")]
