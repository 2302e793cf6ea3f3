"""Embeddings with sparse gradients: compared, stepped from equal gradients, and run once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from tests.align.nets import Net, PaddleNet, sgd

ROWS = np.array([[1, 2], [2, 5]])


def run(self: Any, rows: Any) -> Any:
    return self.table(rows).tanh() * self.factor


def in_torch(factor: float = 1) -> Net:
    torch.manual_seed(0)
    net = Net(run, table=torch.nn.Embedding(6, 4, sparse=True))
    net.factor = factor
    return net


def in_paddle(factor: float = 1) -> PaddleNet:
    net = PaddleNet(run, table=paddle.nn.Embedding(6, 4, sparse=True))
    net.factor = factor
    return net


PAIRS = [(in_torch, in_torch), (in_torch, in_paddle), (in_paddle, in_torch), (in_paddle, in_paddle)]


@pytest.mark.parametrize("options", [{}, {"tolerance": "auto"}], ids=["defaults", "auto"])
@pytest.mark.parametrize("makes", PAIRS)
def test_training_agrees(makes: Any, options: dict[str, Any]) -> None:
    base, raw = (make() for make in makes)
    optimizers = sgd(base), sgd(raw)
    report = padiff.align(base, raw, ROWS, init=True, optimizers=optimizers, steps=3, **options)
    assert report, report
    assert {unit.phase for unit in report.units} == {"forward", "backward", "update"}


@pytest.mark.parametrize("makes", PAIRS)
def test_another_learning_rate_is_the_optimizers(makes: Any) -> None:
    base, raw = (make() for make in makes)
    optimizers = sgd(base), sgd(raw, 0.11)
    report = padiff.align(base, raw, ROWS, init=True, optimizers=optimizers)
    assert [origin.phase for origin in report.origins] == ["update"]


@pytest.mark.parametrize("makes", PAIRS)
def test_a_difference_is_found_and_explained(makes: Any) -> None:
    base, raw = makes[0](), makes[1](1.1)
    (origin,) = padiff.align(base, raw, ROWS, init=True).origins
    assert [hint.text for hint in origin.hints] == ["raw is 1.1 times base"]


def test_an_optimizer_for_sparse_gradients() -> None:
    base, raw = in_torch(), in_torch()
    optimizers = [torch.optim.SparseAdam(model.parameters()) for model in (base, raw)]
    assert padiff.align(base, raw, ROWS, optimizers=optimizers, steps=3)
