"""The measured table as data: 205 pairs of layers, one `Case` a row.

Measured on torch 2.13.0 and paddle 3.3.1, CPU. Both frameworks are imported with this package.
"""

from __future__ import annotations

from typing import Final

from . import (
    activation,
    adaptive_softmax,
    attention,
    batch_norm,
    cells,
    containers,
    conv,
    conv_transpose,
    embedding,
    group_norm,
    instance_norm,
    layer_norm,
    linear,
    losses,
    recurrent,
    rms_norm,
    sparse,
    spectral_norm,
    transformer,
    weight_norm,
)
from .case import (
    DTYPES,
    Array,
    Arrays,
    Case,
    Crashes,
    Differs,
    Dtype,
    Matches,
    Outcome,
    PaddleInputs,
    Pin,
    Raises,
    TorchInputs,
    Training,
)

__all__ = [
    "BEYOND",
    "CASES",
    "DTYPES",
    "MATCHES",
    "Array",
    "Arrays",
    "Case",
    "Crashes",
    "Differs",
    "Dtype",
    "Matches",
    "Outcome",
    "PaddleInputs",
    "Pin",
    "Raises",
    "TorchInputs",
    "Training",
    "of_outcome",
]

CASES: Final[tuple[Case, ...]] = tuple(
    sorted(
        (
            *linear.CASES,
            *embedding.CASES,
            *conv.CASES,
            *conv_transpose.CASES,
            *batch_norm.CASES,
            *instance_norm.CASES,
            *layer_norm.CASES,
            *group_norm.CASES,
            *activation.CASES,
            *rms_norm.CASES,
            *losses.CASES,
            *recurrent.CASES,
            *cells.CASES,
            *attention.CASES,
            *transformer.CASES,
            *adaptive_softmax.CASES,
            *weight_norm.CASES,
            *spectral_norm.CASES,
            *containers.CASES,
        ),
        key=lambda case: case.row,
    )
)


def of_outcome(*outcomes: Outcome) -> tuple[Case, ...]:
    """The cases whose outcome is one of these, in the order of the table."""
    return tuple(case for case in CASES if case.outcome in outcomes)


BEYOND: Final[tuple[Case, ...]] = sparse.CASES
"""Matching pairs that are not in the table; their numbers go on from it."""

MATCHES: Final[tuple[Case, ...]] = (*of_outcome("match"), *BEYOND)
"""Every pair whose outputs and gradients agree."""
