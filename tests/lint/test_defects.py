"""What paddle's normalisation layers get wrong or cannot do, whatever stands on the other side."""

from __future__ import annotations

from typing import Any, Final

import paddle.nn as pnn
import pytest
from torch import nn

from tests.parity.cases.rms_norm import RMSNorm

from .differences import Difference, each, found, left
from .findings import lines


def frozen(layer: Any, *names: str) -> Any:
    for name in names:
        getattr(layer, name).stop_gradient = True
    return layer


KEEP_TRAINABLE: Final = "let both be trainable, and leave the frozen one out of the optimiser"
DIFFERENCES: Final = (
    Difference(
        "batch norm without a bias",
        lambda: nn.BatchNorm2d(5, bias=False),
        lambda: pnn.BatchNorm2D(5, bias_attr=False),
        "warning: (root)   paddle gives the weight no gradient, because the layer has no bias   "
        "keep both in paddle's layer: the transfer fills the missing one with its neutral value",
        lambda: pnn.BatchNorm2D(5),
    ),
    Difference(
        "batch norm without a weight",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm2D(5, weight_attr=False),
        "warning: (root)   paddle gives the bias no gradient, because the layer has no weight   "
        "keep both in paddle's layer: the transfer fills the missing one with its neutral value",
        lambda: pnn.BatchNorm2D(5),
    ),
    Difference(
        "batch norm of a frozen weight",
        lambda: nn.BatchNorm2d(5),
        lambda: frozen(pnn.BatchNorm2D(5), "weight"),
        "warning: (root)   paddle gives the bias no gradient, because the weight is frozen   "
        + KEEP_TRAINABLE,
        lambda: frozen(pnn.BatchNorm2D(5), "weight", "bias"),
    ),
    Difference(
        "instance norm of a frozen bias",
        lambda: nn.InstanceNorm2d(5, affine=True),
        lambda: frozen(pnn.InstanceNorm2D(5), "bias"),
        "warning: (root)   paddle gives the weight no gradient, because the bias is frozen   "
        + KEEP_TRAINABLE,
        lambda: pnn.InstanceNorm2D(5),
    ),
    Difference(
        "layer norm of a large epsilon",
        lambda: nn.LayerNorm(6, eps=2e-3),
        lambda: pnn.LayerNorm(6, epsilon=2e-3),
        "error: (root)   epsilon=0.002: paddle's forward raises above 0.001   "
        "write an epsilon of at most 0.001 on both sides, or normalise by hand",
    ),
    Difference(
        "layer norm of a frozen weight",
        lambda: nn.LayerNorm(6),
        lambda: frozen(pnn.LayerNorm(6), "weight"),
        "warning: (root)   "
        "the weight is frozen: paddle's input gradient leaves it out, and is wrong   "
        "let the weight be trainable, and leave it out of the optimiser",
        lambda: frozen(pnn.LayerNorm(6), "bias"),
    ),
    Difference(
        "group norm without a weight",
        lambda: nn.GroupNorm(3, 6, affine=False),
        lambda: pnn.GroupNorm(3, 6, weight_attr=False, bias_attr=False),
        "warning: (root)   without a weight paddle's input gradient is wrong   "
        "keep the weight in paddle's layer: the transfer fills it with 1",
        lambda: pnn.GroupNorm(3, 6),
    ),
    Difference(
        "synchronised batch norm without a GPU",
        lambda: nn.SyncBatchNorm(5),
        lambda: pnn.SyncBatchNorm(5),
        "error: (root)   paddle has no CPU kernel for it: its forward raises, also in eval()   "
        "write BatchNorm2D, or move the model to a GPU",
        lambda: pnn.BatchNorm2D(5),
    ),
    Difference(
        "statistics of the batch in eval()",
        lambda: nn.BatchNorm2d(5, track_running_stats=False),
        lambda: pnn.BatchNorm(5, trainable_statistics=True),
        "warning: (root)   trainable_statistics=True: in eval() paddle updates the running "
        "statistics, and its gradients are wrong   "
        "take gradients in train(), or keep running statistics on both sides",
    ),
    Difference(
        "an epsilon that depends on the dtype",
        lambda: nn.RMSNorm([6]),
        lambda: RMSNorm([6], 1e-5),
        "info: (root)   "
        "torch's eps=None is numpy.finfo(dtype).eps, which depends on the dtype of the input   "
        "write 1.1920929e-07 for float32, 2.220446049250313e-16 for float64",
    ),
)


@each(DIFFERENCES)
def test_a_defect_is_named_and_its_advice_avoids_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


@pytest.mark.parametrize("epsilon", [0.0, 1e-3])
def test_an_epsilon_at_the_limit_is_none_too_large(epsilon: float) -> None:
    assert lines(nn.LayerNorm(6, eps=epsilon), pnn.LayerNorm(6, epsilon=epsilon)) == []


def test_a_momentum_of_none_makes_paddles_forward_raise() -> None:
    raw = pnn.BatchNorm2D(5, momentum=None)  # type: ignore[arg-type]
    raw.eval()
    assert lines(nn.BatchNorm2d(5).eval(), raw) == [
        "warning: (root)   momentum   torch 0.1 = paddle 0.9; found paddle None   write momentum=0.9",
        "error: (root)   momentum=None: paddle's forward raises   write momentum=0.9",
    ]


def test_a_defect_of_both_sides_is_one_finding() -> None:
    layers = [frozen(pnn.LayerNorm(6), "weight") for _ in range(2)]
    (line,) = lines(*layers)
    assert line.startswith("warning: (root)   the weight is frozen")


def test_a_defect_of_base_is_named_too() -> None:
    (line,) = lines(frozen(pnn.LayerNorm(6), "weight"), nn.LayerNorm(6))
    assert line.startswith("warning: (root)   the weight is frozen")
