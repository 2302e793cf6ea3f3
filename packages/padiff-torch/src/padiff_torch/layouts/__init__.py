"""How torch's layers store the canonical tensors of their kinds, one module a family.

A layout's function takes arrays, never modules: nothing here imports torch. Layouts are registered
under dotted names alone, so that a user's own class of the same name is never taken for torch's.
"""

from __future__ import annotations

from padiff.layout import Layout
from padiff_torch.layouts import (
    activation,
    attention,
    containers,
    convolution,
    dropout,
    embedding,
    linear,
    losses,
    normalization,
    plain_losses,
    pointwise,
    pooling,
    recurrent,
)

__all__ = ["LAYOUTS"]

LAYOUTS: dict[str, Layout] = {
    **linear.LAYOUTS,
    **embedding.LAYOUTS,
    **convolution.LAYOUTS,
    **normalization.LAYOUTS,
    **activation.LAYOUTS,
    **recurrent.LAYOUTS,
    **attention.LAYOUTS,
    **losses.LAYOUTS,
    **containers.LAYOUTS,
    **pointwise.LAYOUTS,
    **dropout.LAYOUTS,
    **pooling.LAYOUTS,
    **plain_losses.LAYOUTS,
}
"""By dotted class name."""
