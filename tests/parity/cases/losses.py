"""Rows 84, 200 to 205: losses that own tensors."""

from __future__ import annotations

from typing import Any, Final

import paddle
import paddle.nn as pnn
import torch
from paddle.nn import functional
from torch import nn

from .case import Case, PaddleInputs
from .inputs import bits, indices, named, normal, uniform

CLASSES: Final = named(scores=normal(6, 5), target=indices(5, 6))
TARGET: Final = frozenset({"target"})


def ones() -> paddle.Tensor:
    """A weight for each of five classes."""
    return paddle.ones([5], paddle.get_default_dtype())


def cross_entropy(layer: Any, inputs: PaddleInputs) -> paddle.Tensor:
    """The loss of a Linear's scores."""
    return functional.cross_entropy(layer(inputs["x"]), inputs["target"])


CASES: Final = (
    Case(
        84,
        "LinearCrossEntropyLoss / Linear + cross_entropy",
        lambda: nn.LinearCrossEntropyLoss(5, 7, bias=True),
        lambda: pnn.Linear(5, 7),
        named(x=normal(8, 5), target=indices(7, 8)),
        run_paddle=cross_entropy,
    ),
    Case(
        200,
        "CrossEntropyLoss(weight)",
        lambda: nn.CrossEntropyLoss(weight=torch.ones(5)),
        lambda: pnn.CrossEntropyLoss(weight=ones()),
        CLASSES,
    ),
    Case(
        201,
        "NLLLoss(weight)",
        lambda: nn.NLLLoss(weight=torch.ones(5)),
        lambda: pnn.NLLLoss(weight=ones()),
        CLASSES,
    ),
    Case(
        202,
        "BCELoss(weight)",
        lambda: nn.BCELoss(weight=torch.ones(5)),
        lambda: pnn.BCELoss(weight=ones()),
        named(probabilities=uniform(6, 5), target=uniform(6, 5)),
        constants=TARGET,
    ),
    Case(
        203,
        "BCEWithLogitsLoss(weight, pos_weight)",
        lambda: nn.BCEWithLogitsLoss(weight=torch.ones(5), pos_weight=torch.ones(5)),
        lambda: pnn.BCEWithLogitsLoss(weight=ones(), pos_weight=ones()),
        named(scores=normal(6, 5), target=uniform(6, 5)),
        constants=TARGET,
    ),
    Case(
        204,
        "MultiLabelSoftMarginLoss(weight)",
        lambda: nn.MultiLabelSoftMarginLoss(weight=torch.ones(5)),
        lambda: pnn.MultiLabelSoftMarginLoss(weight=ones()),
        named(scores=normal(6, 5), target=bits(6, 5)),
        constants=TARGET,
    ),
    Case(
        205,
        "MultiMarginLoss(weight)",
        lambda: nn.MultiMarginLoss(weight=torch.ones(5)),
        lambda: pnn.MultiMarginLoss(weight=ones()),
        CLASSES,
    ),
)
