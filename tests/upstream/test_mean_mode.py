"""PaDiff's default mode compared two means: a sign flip, a permutation, a softmax head passed."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import padiff
from tests.align.nets import Net, values

X = values(4, 4)
PAIR = ({"x": X}, {"x": X})


def head(change: Any) -> Net:
    torch.manual_seed(0)
    return Net(lambda self, x: change(self.fc(x)), fc=torch.nn.Linear(4, 4))


def plain(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    "change",
    [torch.neg, lambda x: x.flip(1), lambda x: x.T, lambda x: x.mean() + 0 * x],
    ids=["sign", "order", "transpose", "mean"],
)
@pytest.mark.parametrize("mode", ["mean", "abs_mean"])
def test_what_keeps_the_mean_is_a_difference(change: Any, mode: Any) -> None:
    assert padiff.auto_diff(head(plain), head(change), PAIR, compare_mode=mode) is False


@pytest.mark.parametrize("last", [torch.nn.Softmax(-1), torch.nn.LayerNorm(4)])
def test_a_head_whose_mean_is_constant_tells_random_weights_apart(last: Any) -> None:
    for _ in range(20):
        base, raw = (torch.nn.Sequential(torch.nn.Linear(4, 4), last) for _ in range(2))
        assert padiff.auto_diff(base, raw, [X, X], auto_init=False) is False
