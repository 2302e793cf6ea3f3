"""Embeddings: padding, renormalisation, and the row that stands for padding."""

from __future__ import annotations

import numpy as np

from padiff.hyperparameters import NOT_APPLICABLE, Hyperparameter, same
from padiff.linting.layer import Layer
from padiff.rules import Rule

__all__ = ["EMBEDDING", "EMBEDDING_RULES", "PADDING_OUTPUT"]

EMBEDDING = (
    Hyperparameter("padding_idx", "the row that stands for padding; negative ones are counted up"),
    Hyperparameter("max_norm", "rows longer than this are shortened in the weight itself"),
    Hyperparameter("norm_type", "the p of the norm that max_norm is about"),
    Hyperparameter(
        "scale_grad_by_freq",
        "whether a row's gradient is divided by how often it was looked up",
        severity="warning",
    ),
    Hyperparameter(
        "reduction",
        "how the rows of a bag are put together; 'none' returns each",
        inherent="info",
        advice="reduce what raw returns in the same way",
    ),
)

PADDING_OUTPUT = "padding_output"
"""The setting that says what an index of padding gives: `"the row"`, or `"zeros"` whatever it holds.

No hyper-parameter by itself: it matters only if there is padding and its row is not zero."""


def _padding_row(base: Layer, raw: Layer) -> str | None:
    row = base.read("padding_idx").canonical
    if row in (None, NOT_APPLICABLE) or not same(row, raw.read("padding_idx").canonical):
        return None
    outputs = {layer.read(PADDING_OUTPUT).native: layer.framework for layer in (base, raw)}
    if outputs.keys() != {"zeros", "the row"}:
        return None
    weight = base.values("weight")
    if weight is None or not np.any(weight[row]):
        return None
    return (
        f"padding_idx={row}, and row {row} of the weight is not zero: "
        f"{outputs['zeros']} returns zeros there, {outputs['the row']} returns the row"
    )


EMBEDDING_RULES = (
    Rule(
        "padding_row",
        "error",
        "base's row for padding is not zero, and one side returns zeros whatever the row holds",
        _padding_row,
        "zero the row in base, or leave padding_idx out on the side that returns zeros",
    ),
)
