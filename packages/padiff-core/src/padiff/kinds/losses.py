"""Losses that own tensors: weights of classes or of elements, neutral at 1."""

from __future__ import annotations

from padiff.hyperparameters import Hyperparameter
from padiff.kind import CanonicalTensor as T
from padiff.kind import Kind
from padiff.settings import losses as settings

__all__ = [
    "ADAPTIVE_LOG_SOFTMAX",
    "BCE",
    "BCE_WITH_LOGITS",
    "CROSS_ENTROPY",
    "MULTI_LABEL_SOFT_MARGIN",
    "MULTI_MARGIN",
    "NLL",
]


def _weighted(
    name: str, shape: str, summary: str, hyperparameters: tuple[Hyperparameter, ...], *more: T
) -> Kind:
    tensors = (T("weight", shape, neutral=1.0), *more)
    return Kind(name, tensors, summary=summary, hyperparameters=hyperparameters, elementwise=True)


CROSS_ENTROPY = _weighted(
    "cross_entropy", "classes", "cross entropy of unnormalised scores", settings.CROSS_ENTROPY
)
NLL = _weighted("nll", "classes", "negative log likelihood of log probabilities", settings.NLL)
BCE = _weighted("bce", "*broadcast", "binary cross entropy of probabilities", settings.BCE)
BCE_WITH_LOGITS = _weighted(
    "bce_with_logits",
    "*broadcast",
    "binary cross entropy of unnormalised scores",
    settings.BCE,
    T("pos_weight", "*positive", neutral=1.0),
)
MULTI_LABEL_SOFT_MARGIN = _weighted(
    "multi_label_soft_margin", "*broadcast", "mean binary cross entropy over labels", settings.BCE
)
MULTI_MARGIN = _weighted(
    "multi_margin", "classes", "hinge loss over classes", settings.MULTI_MARGIN
)

ADAPTIVE_LOG_SOFTMAX = Kind(
    "adaptive_log_softmax",
    (
        T("head.weight", "head features"),
        T("head.bias", "head", neutral=0.0),
        T("tail.{cluster}.down", "hidden_{cluster} features"),
        T("tail.{cluster}.up", "words_{cluster} hidden_{cluster}"),
    ),
    summary="log softmax over frequency clusters",
)
