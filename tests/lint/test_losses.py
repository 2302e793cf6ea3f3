"""Settings of losses, with tensors of their own and without."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .differences import Difference, each, found, left
from .findings import lines

DIFFERENCES: Final = (
    Difference(
        "reduction",
        lambda: nn.BCELoss(reduction="sum"),
        pnn.BCELoss,
        "error: (root)   reduction   torch 'sum' = paddle 'sum'; found paddle 'mean'   "
        "write reduction='sum'",
        lambda: pnn.BCELoss(reduction="sum"),
    ),
    Difference(
        "reduction of a loss without tensors",
        nn.MSELoss,
        lambda: pnn.MSELoss(reduction="none"),
        "error: (root)   reduction   torch 'mean' = paddle 'mean'; found paddle 'none'   "
        "write reduction='mean'",
        pnn.MSELoss,
    ),
    Difference(
        "ignored index",
        lambda: nn.NLLLoss(ignore_index=0),
        pnn.NLLLoss,
        "error: (root)   ignore_index   torch 0 = paddle 0; found paddle -100   write ignore_index=0",
        lambda: pnn.NLLLoss(ignore_index=0),
    ),
    Difference(
        "label smoothing",
        lambda: nn.CrossEntropyLoss(label_smoothing=0.1),
        pnn.CrossEntropyLoss,
        "error: (root)   label_smoothing   torch 0.1 = paddle 0.1; found paddle 0.0   "
        "write label_smoothing=0.1",
        lambda: pnn.CrossEntropyLoss(label_smoothing=0.1),
    ),
    Difference(
        "softmax",
        nn.CrossEntropyLoss,
        lambda: pnn.CrossEntropyLoss(use_softmax=False),
        "error: (root)   softmax   torch a softmax first = paddle use_softmax=True; "
        "found paddle use_softmax=False   write use_softmax=True",
        pnn.CrossEntropyLoss,
    ),
    Difference(
        "margin",
        lambda: nn.MultiMarginLoss(margin=0.5),
        pnn.MultiMarginLoss,
        "error: (root)   margin   torch 0.5 = paddle 0.5; found paddle 1.0   write margin=0.5",
        lambda: pnn.MultiMarginLoss(margin=0.5),
    ),
    Difference(
        "power of a margin",
        lambda: nn.MultiMarginLoss(p=2),
        pnn.MultiMarginLoss,
        "error: (root)   power   torch 2 = paddle 2; found paddle 1   write p=2",
        lambda: pnn.MultiMarginLoss(p=2),
    ),
    Difference(
        "logarithms as targets",
        lambda: nn.KLDivLoss(log_target=True),
        pnn.KLDivLoss,
        "error: (root)   log_target   torch True = paddle True; found paddle False   "
        "write log_target=True",
        lambda: pnn.KLDivLoss(log_target=True),
    ),
    Difference(
        "where the square ends",
        nn.SmoothL1Loss,
        lambda: pnn.SmoothL1Loss(delta=0.5, is_huber=False),
        "error: (root)   threshold   torch 1.0 = paddle 1.0; found paddle 0.5   write delta=1.0",
        pnn.SmoothL1Loss,
    ),
    Difference(
        "divided or not",
        lambda: nn.SmoothL1Loss(beta=0.5),
        lambda: pnn.SmoothL1Loss(delta=0.5),
        "error: (root)   divided   torch divided by it = paddle is_huber=False; "
        "found paddle is_huber=True   write is_huber=False",
        lambda: pnn.SmoothL1Loss(delta=0.5, is_huber=False),
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_hubers_loss_is_the_one_paddle_does_not_divide() -> None:
    assert lines(nn.HuberLoss(delta=0.5), pnn.SmoothL1Loss(delta=0.5)) == []
    (line,) = lines(nn.HuberLoss(delta=0.5), pnn.SmoothL1Loss(delta=0.5, is_huber=False))
    assert "torch not divided = paddle is_huber=True" in line
