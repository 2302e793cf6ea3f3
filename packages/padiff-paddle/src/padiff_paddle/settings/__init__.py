"""Where paddle's classes keep what decides their numbers, and how they spell it; one module a family.

Settings read attributes of layers: nothing here imports paddle.
"""

from __future__ import annotations

from padiff.configuration import Configuration
from padiff_paddle.settings import (
    activation,
    attention,
    containers,
    convolution,
    embedding,
    linear,
    losses,
    normalization,
    recurrent,
)

__all__ = ["CONFIGURATIONS"]

CONFIGURATIONS: dict[str, Configuration] = {
    **linear.CONFIGURATIONS,
    **embedding.CONFIGURATIONS,
    **convolution.CONFIGURATIONS,
    **normalization.CONFIGURATIONS,
    **activation.CONFIGURATIONS,
    **recurrent.CONFIGURATIONS,
    **attention.CONFIGURATIONS,
    **losses.CONFIGURATIONS,
    **containers.CONFIGURATIONS,
}
"""By dotted class name."""
