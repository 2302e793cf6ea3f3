"""Weight norm and spectral norm in paddle, whose hooks compute `weight` before each forward.

| canonical | paddle | shape |
|---|---|---|
| `weight.magnitude` | `weight_g` | (size of axis `dim`,); 0-d if None |
| `weight.direction` | `weight_v` | that of the weight: (in, out) in a Linear |
| `weight.original` | `weight_orig` | that of the weight |
| `weight.left` | `weight_u` | (size of axis `dim`,) |
| `weight.right` | `weight_v` | (product of the other axes,) |

`weight_v` belongs to weight norm beside `weight_g`, to spectral norm beside `weight_orig`. `weight`
itself is a buffer that the layer computes anew; what it holds in between is of no consequence.
"""

from __future__ import annotations

from collections.abc import Collection

from padiff.kind import Kind
from padiff.layout import Layout, View
from padiff.views import with_spellings

__all__ = ["reparametrisable", "with_reparametrisation"]

_SPELLINGS = (
    {"weight_g": "weight.magnitude", "weight_v": "weight.direction"},
    {"weight_orig": "weight.original", "weight_u": "weight.left", "weight_v": "weight.right"},
)


def with_reparametrisation(view: View) -> View:
    """`view`, also for a layer whose `weight` is computed by weight norm or spectral norm."""
    return with_spellings(view, _SPELLINGS)


def _computed(names: Collection[str]) -> tuple[str, ...]:
    normalised = any(spelling.keys() <= set(names) for spelling in _SPELLINGS)
    return ("weight",) if normalised else ()


def reparametrisable(kind: Kind, view: View) -> Layout:
    """The layout of a class whose weight may be normalised."""
    return Layout(kind, with_reparametrisation(view), recomputed=_computed)
