"""What happened, or will happen, to each tensor of a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    from padiff.pairing import PairedBy

__all__ = ["HOWS", "How", "TensorRecord"]

How: TypeAlias = Literal["copied", "derived", "initialised", "tied", "ignored"]
"""How a tensor is accounted for.

* `copied`: base's values, bit for bit unless `note` says they were cast.
* `derived`: no counterpart, none needed: raw's was filled with its neutral value, base's holds it,
  or the layer computes the tensor itself.
* `initialised`: written by an init function.
* `tied`: the same memory as a tensor listed elsewhere.
* `ignored`: left out because the user said so.
"""

HOWS: tuple[How, ...] = ("copied", "derived", "initialised", "tied", "ignored")


@dataclass(frozen=True, slots=True)
class TensorRecord:
    """One canonical tensor of a pair of layers, or one tensor of one side alone."""

    how: How
    base: str | None
    """Dotted path of base's tensor; None if base has none. Several records may name one packed
    tensor (`in_proj_weight` holds q, k and v)."""
    raw: str | None
    shape: tuple[int, ...]
    """The canonical shape."""
    dtype: np.dtype[Any]
    """The dtype on the raw side (base's if raw has none)."""
    canonical: str = ""
    """The tensor's name in its kind; empty where it has none."""
    kind: str = ""
    by: PairedBy | None = None
    """How the two layers were paired."""
    note: str = ""
