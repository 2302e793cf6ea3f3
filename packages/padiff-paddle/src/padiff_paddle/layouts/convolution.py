"""Convolutions: (out, in/groups, *kernel); transposed ones (in, out/groups, *kernel).

The order is the same for `data_format="NHWC"`.
"""

from __future__ import annotations

from padiff.kinds import CONV, CONV_TRANSPOSE
from padiff.layout import Layout

__all__ = ["LAYOUTS"]

LAYOUTS = {
    **{f"paddle.nn.Conv{n}D": Layout(CONV, dict) for n in (1, 2, 3)},
    **{f"paddle.nn.Conv{n}DTranspose": Layout(CONV_TRANSPOSE, dict) for n in (1, 2, 3)},
}
