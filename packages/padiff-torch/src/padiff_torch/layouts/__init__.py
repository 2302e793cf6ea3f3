"""How torch's layers store the canonical tensors of their kinds, one module a family.

A layout's function takes arrays, never modules: nothing here imports torch.
"""

from __future__ import annotations

from padiff.layout import Layout
from padiff_torch.layouts import attention, convolution, embedding, linear, normalization, recurrent

__all__ = ["LAYOUTS"]

LAYOUTS: dict[str, Layout] = {
    **linear.LAYOUTS,
    **embedding.LAYOUTS,
    **convolution.LAYOUTS,
    **normalization.LAYOUTS,
    **recurrent.LAYOUTS,
    **attention.LAYOUTS,
}
"""By dotted class name."""
