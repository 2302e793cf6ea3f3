"""How the reference framework's layers store the canonical tensors of their kinds."""

from __future__ import annotations

from padiff.kinds import BATCH_NORM, EMBEDDING, LINEAR, RNN
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]


def _transposed_linear(tensors: Tensors) -> dict[str, Array]:
    views = {"weight": tensors["kernel"].T}
    return {**views, "bias": tensors["offset"][0]} if "offset" in tensors else views


_BATCH_NORM = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}


def _batch_norm(tensors: Tensors) -> dict[str, Array]:
    return {_BATCH_NORM.get(name, name): array for name, array in tensors.items()}


def _embedding(tensors: Tensors) -> dict[str, Array]:
    return {"weight": tensors["table"].T}


def _recurrent(tensors: Tensors) -> dict[str, Array]:
    packed = tensors["packed"]
    hidden = packed.shape[1]
    inside = len(packed) - hidden - 2
    return {
        "0.forward.weight_ih": packed[:inside].T,
        "0.forward.weight_hh": packed[inside:-2].T,
        "0.forward.bias_ih": packed[-2],
        "0.forward.bias_hh": packed[-1],
    }


LAYOUTS = {
    "tests.reference.layers.Linear": Layout(LINEAR, view=dict),
    "tests.reference.layers.TransposedLinear": Layout(LINEAR, view=_transposed_linear),
    "tests.reference.layers.BatchNorm": Layout(BATCH_NORM, view=_batch_norm),
    "tests.reference.layers.Embedding": Layout(EMBEDDING, view=_embedding),
    "tests.reference.layers.Recurrent": Layout(RNN, view=_recurrent),
}
"""By dotted class name."""
