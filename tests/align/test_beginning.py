"""A run that is made once more begins where the first did: with its caches, counters and buffers."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from tests.align.nets import Net, PaddleNet, sgd, twin, values

X = values(6, 4)


def counting(self: Any, x: Any) -> Any:
    self.calls = getattr(self, "calls", 0) + 1
    return self.fc(x) * self.calls


def growing(self: Any, x: Any) -> Any:
    hidden = self.fc(x).tanh()
    before = getattr(self, "cache", ())
    self.cache = [*before, hidden]
    return sum((kept.detach() for kept in before), hidden)


def following(self: Any, x: Any) -> Any:
    for own, followed in zip(self.slow.parameters(), self.fc.parameters(), strict=True):
        own.data = own.detach() * 0.9 + followed.detach() * 0.1 + 1
    return self.fc(x) - self.slow(x)


def written(self: Any, x: Any) -> Any:
    with torch.no_grad():
        for own, followed in zip(self.slow.parameters(), self.fc.parameters(), strict=True):
            own.mul_(0.9).add_(followed + 1, alpha=0.1)
    return self.fc(x) - self.slow(x)


def written_in_paddle(self: Any, x: Any) -> Any:
    with paddle.no_grad():
        for own, followed in zip(self.slow.parameters(), self.fc.parameters(), strict=True):
            own.set_value(own * 0.9 + (followed + 1) * 0.1)
    return self.fc(x) - self.slow(x)


def in_torch(run: Any) -> Net:
    torch.manual_seed(0)
    fc = torch.nn.Linear(4, 3)
    return Net(run, fc=fc, slow=copy.deepcopy(fc).requires_grad_(False))


def in_paddle(run: Any) -> PaddleNet:
    parts = {"fc": paddle.nn.Linear(4, 3), "slow": paddle.nn.Linear(4, 3)}
    for parameter in parts["slow"].parameters():
        parameter.stop_gradient = True
    return PaddleNet(run, **parts)


OPTIONS: dict[str, dict[str, Any]] = {
    "auto": {"tolerance": "auto"},
    "steps": {"tolerance": "auto", "steps": 3},
    "single step": {"tolerance": "auto", "single_step": True},
    "forward": {"tolerance": "auto", "phase": "forward"},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("run", [counting, growing, following, written])
def test_torch_models_with_a_memory_agree(run: Any, options: dict[str, Any]) -> None:
    base = in_torch(run)
    report = padiff.align(base, twin(base), X, **options)
    assert report, report


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("run", [counting, growing, written_in_paddle])
def test_paddle_models_with_a_memory_agree(run: Any, options: dict[str, Any]) -> None:
    base = in_torch(written if run is written_in_paddle else run)
    report = padiff.align(base, in_paddle(run), X, init=True, **options)
    assert report, report


def test_what_was_let_go_is_recorded_as_it_was() -> None:
    base = in_torch(counting)
    raw = twin(base)
    raw.run = lambda self, x: counting(self, x) * (1 + 1e-5)
    report = padiff.align(base, raw, X)
    (origin,) = report.origins
    assert (origin.phase, origin.base_path) == ("forward", "")
    assert [hint.text for hint in origin.hints] == ["raw is 1.00001 times base"]


def test_hints_are_tried_where_the_step_began() -> None:
    def run(self: Any, x: Any) -> Any:
        self.calls = getattr(self, "calls", 0) + 1
        return x * self.scale * self.calls

    base, raw = (Net(run, scale=torch.nn.Parameter(torch.rand(4))) for _ in "br")
    (origin,) = padiff.align(base, raw, X).origins
    assert [hint.kind for hint in origin.hints] == ["weights"]


def test_rounding_is_measured_where_the_step_began() -> None:
    """Measured a call later, base would be a thousandth from itself, and that would excuse raw."""

    def net(factor: float) -> Net:
        def run(self: Any, x: Any) -> Any:
            self.calls = getattr(self, "calls", 0) + 1
            return self.fc(x) * ((1 + 1e-3 * self.calls) * factor)

        return in_torch(run)

    report = padiff.align(net(1), net(1 + 1e-4), X)
    assert [(o.phase, o.base_path) for o in report.origins] == [("forward", "")]


@pytest.mark.parametrize(("make", "run"), [(in_torch, written), (in_paddle, written_in_paddle)])
def test_frozen_parameters_the_model_writes_are_put_back(make: Any, run: Any) -> None:
    base = make(run)
    before = [parameter.numpy(force=True).copy() for parameter in base.slow.parameters()]
    assert padiff.align(base, twin(base), X, steps=2)
    after = [parameter.numpy(force=True) for parameter in base.slow.parameters()]
    assert [a.tolist() for a in after] == [b.tolist() for b in before]


def halving(self: Any, x: Any) -> Any:
    with torch.no_grad():
        self.fc.weight.mul_(0.5)
        self.fc.bias.data.mul_(0.5)
    return self.fc(x)


def halving_in_paddle(self: Any, x: Any) -> Any:
    with paddle.no_grad():
        self.fc.weight.scale_(0.5)
        self.fc.bias.set_value(self.fc.bias * 0.5)
    return self.fc(x)


TRAINED = pytest.mark.parametrize(
    ("framework", "net", "run"),
    [(torch, Net, halving), (paddle, PaddleNet, halving_in_paddle)],
    ids=["torch", "paddle"],
)


@TRAINED
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_small_trained_parameters_the_model_writes_are_put_back(
    framework: Any, net: Any, run: Any, options: dict[str, Any]
) -> None:
    base = net(run, fc=framework.nn.Linear(4, 3))
    before = [parameter.numpy(force=True).tolist() for parameter in base.parameters()]
    report = padiff.align(base, twin(base), X, **options)
    assert report, report
    assert report.notes == ()
    assert [parameter.numpy(force=True).tolist() for parameter in base.parameters()] == before


def past_the_version(self: Any, x: Any) -> Any:
    self.fc.weight.data.mul_(0.5)
    return self.fc(x)


def past_the_version_in_paddle(self: Any, x: Any) -> Any:
    self.fc.weight.set_value(self.fc.weight * 0.5)
    return self.fc(x)


def one_element(self: Any, x: Any) -> Any:
    with torch.no_grad():
        self.fc.weight[0, 1] = 0.0
    return self.fc(x)


def one_element_in_paddle(self: Any, x: Any) -> Any:
    with paddle.no_grad():
        self.fc.weight[0, 1] = 0.0
    return self.fc(x)


@pytest.mark.parametrize(
    ("framework", "net", "run"),
    [
        (torch, Net, halving),
        (torch, Net, past_the_version),
        (torch, Net, one_element),
        (paddle, PaddleNet, halving_in_paddle),
        (paddle, PaddleNet, past_the_version_in_paddle),
        (paddle, PaddleNet, one_element_in_paddle),
    ],
)
def test_large_ones_are_named(framework: Any, net: Any, run: Any) -> None:
    base = net(run, fc=framework.nn.Linear(600, 500))
    bias = base.fc.bias.numpy(force=True).tolist()
    report = padiff.align(base, twin(base), values(2, 600))
    assert report, report
    assert report.notes == tuple(
        f"Of {side}, fc.weight stayed as the model wrote it while it ran: without its optimizer, only small"
        " trained parameters are put back."
        for side in ("base", "raw")
    )
    assert base.fc.bias.numpy(force=True).tolist() == bias


@TRAINED
def test_with_optimizers_large_ones_are_put_back_too(framework: Any, net: Any, run: Any) -> None:
    base = net(run, fc=framework.nn.Linear(600, 500))
    raw = twin(base)
    before = [parameter.numpy(force=True).tolist() for parameter in base.parameters()]
    report = padiff.align(base, raw, values(2, 600), optimizers=(sgd(base), sgd(raw)))
    assert report, report
    assert report.notes == ()
    assert [parameter.numpy(force=True).tolist() for parameter in base.parameters()] == before


@pytest.mark.parametrize("framework", [torch, paddle])
def test_rows_an_embedding_rescales_are_put_back(framework: Any) -> None:
    base = framework.nn.Embedding(5, 4, max_norm=0.5)
    before = base.weight.numpy(force=True).copy()
    assert padiff.align(base, twin(base), values(2, 3).astype(np.int64) % 5)
    assert base.weight.numpy(force=True).tolist() == before.tolist()


def test_generators_of_its_own_are_put_back() -> None:
    def run(self: Any, x: Any) -> Any:
        first, second, third, fourth = self.generators
        drawn = first.random() + second.random() + third.rand() + torch.rand((), generator=fourth)
        return self.fc(x) * float(drawn)

    def seeded() -> Net:
        net = in_torch(run)
        old = np.random.RandomState(0)
        newer = np.random.default_rng(0)
        net.generators = [random.Random(0), newer, old, torch.Generator().manual_seed(0)]
        return net

    base = seeded()
    x = torch.tensor(X)
    expected = seeded()(x)
    for _ in range(2):
        report = padiff.align(base, seeded(), X, steps=2, tolerance="auto")
        assert report, report
    assert torch.equal(base(x), expected)
