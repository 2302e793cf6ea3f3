"""Embeddings. paddle keeps a negative padding_idx as it is, and counts it up in the forward."""

from __future__ import annotations

from typing import Any

from padiff.configuration import Configuration
from padiff.hyperparameters import NOT_APPLICABLE, Reading, Setting, fixed
from padiff.settings.embedding import PADDING_OUTPUT

__all__ = ["CONFIGURATIONS"]


def _padding_idx(layer: Any) -> Reading:
    native = layer._padding_idx
    counted_up = native if native is None or native >= 0 else layer._num_embeddings + native
    return Reading(native, counted_up)


CONFIGURATIONS = {
    "paddle.nn.Embedding": Configuration(
        {
            "padding_idx": Setting("padding_idx", _padding_idx),
            "max_norm": Setting("max_norm", "_max_norm"),
            "norm_type": Setting(
                "norm_type",
                lambda layer: NOT_APPLICABLE if layer._max_norm is None else layer._norm_type,
            ),
            "scale_grad_by_freq": Setting("scale_grad_by_freq", "_scale_grad_by_freq"),
            "reduction": fixed("none", "no reduction"),
            PADDING_OUTPUT: fixed("zeros"),
        }
    )
}
