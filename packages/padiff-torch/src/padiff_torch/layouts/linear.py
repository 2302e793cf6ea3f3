"""Linear layers: torch stores the weight as (out, in), which is the canonical order."""

from __future__ import annotations

from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors

__all__ = ["LAYOUTS"]


def _linear(tensors: Tensors) -> dict[str, Array]:
    return dict(tensors)


LAYOUTS = {"torch.nn.Linear": Layout(LINEAR, _linear)}
