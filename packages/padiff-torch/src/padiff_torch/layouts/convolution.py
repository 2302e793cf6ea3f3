"""Convolutions: torch's orders are the canonical ones.

* `Conv1d` to `Conv3d`: `weight` (out, in/groups, *kernel), `bias` (out,).
* `ConvTranspose1d` to `ConvTranspose3d`: `weight` (in, out/groups, *kernel), `bias` (out,).
"""

from __future__ import annotations

from padiff.kinds import CONV, CONV_TRANSPOSE
from padiff_torch.layouts.reparametrised import reparametrisable

__all__ = ["LAYOUTS"]

LAYOUTS = {
    **{f"torch.nn.Conv{n}d": reparametrisable(CONV, dict) for n in (1, 2, 3)},
    **{f"torch.nn.ConvTranspose{n}d": reparametrisable(CONV_TRANSPOSE, dict) for n in (1, 2, 3)},
}
