"""Convolutions: (out, in/groups, *kernel); transposed ones (in, out/groups, *kernel)."""

from __future__ import annotations

from padiff.kinds import CONV, CONV_TRANSPOSE
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {
    **{f"torch.nn.Conv{n}d": Layout(CONV, dict) for n in (1, 2, 3)},
    **{f"torch.nn.ConvTranspose{n}d": Layout(CONV_TRANSPOSE, dict) for n in (1, 2, 3)},
}
