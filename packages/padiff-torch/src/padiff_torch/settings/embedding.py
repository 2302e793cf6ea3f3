"""Embeddings. torch counts a negative padding_idx up when the layer is built."""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff.hyperparameters import ABSENT, NOT_APPLICABLE, Setting, fixed
from padiff.settings.embedding import PADDING_OUTPUT

__all__ = ["CONFIGURATIONS"]

_SHARED = {
    "padding_idx": Setting("padding_idx", "padding_idx"),
    "max_norm": Setting("max_norm", "max_norm"),
    "norm_type": Setting(
        "norm_type", lambda m: NOT_APPLICABLE if m.max_norm is None else m.norm_type
    ),
    "scale_grad_by_freq": Setting("scale_grad_by_freq", "scale_grad_by_freq"),
}
CONFIGURATIONS = {
    "torch.nn.Embedding": Configuration(
        {**_SHARED, "reduction": fixed("none", "no reduction"), PADDING_OUTPUT: fixed("the row")}
    ),
    # A bag leaves its padding out, which is no output of any index.
    "torch.nn.EmbeddingBag": Configuration(
        {**_SHARED, "reduction": Setting("mode", "mode"), PADDING_OUTPUT: ABSENT}
    ),
}
