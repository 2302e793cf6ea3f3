"""Weight norm and spectral norm in torch: the old hooks, and the new parametrizations.

| canonical | old hook | parametrization | shape |
|---|---|---|---|
| `weight.magnitude` | `weight_g` | `parametrizations.weight.original0` | see below |
| `weight.direction` | `weight_v` | `parametrizations.weight.original1` | that of the weight |
| `weight.original` | `weight_orig` | `parametrizations.weight.original` | that of the weight |
| `weight.left` | `weight_u` | `parametrizations.weight.0._u` | (size of axis `dim`,) |
| `weight.right` | `weight_v` | `parametrizations.weight.0._v` | (product of the other axes,) |

The magnitude is of size 1 but for axis `dim`, and 0-d without one; canonically 1-D or 0-d.
`weight_v` belongs to weight norm beside `weight_g`, to spectral norm beside `weight_orig`.
"""

from __future__ import annotations

from padiff.kind import Kind
from padiff.layout import Layout, View
from padiff.views import with_spellings

__all__ = ["reparametrisable", "with_reparametrisation"]

_NEW = "parametrizations.weight."
_SPELLINGS = (
    {"weight_g": "weight.magnitude", "weight_v": "weight.direction"},
    {f"{_NEW}original0": "weight.magnitude", f"{_NEW}original1": "weight.direction"},
    {"weight_orig": "weight.original", "weight_u": "weight.left", "weight_v": "weight.right"},
    {
        f"{_NEW}original": "weight.original",
        f"{_NEW}0._u": "weight.left",
        f"{_NEW}0._v": "weight.right",
    },
)
# Any other parametrization may keep its tensors under the same names and compute something else.
_KNOWN = {
    f"{_NEW}*": (
        "torch.nn.utils.parametrizations._WeightNorm",
        "torch.nn.utils.parametrizations._SpectralNorm",
    )
}


def with_reparametrisation(view: View) -> View:
    """`view`, also for a layer whose `weight` is computed by weight norm or spectral norm."""
    return with_spellings(view, _SPELLINGS)


def reparametrisable(kind: Kind, view: View) -> Layout:
    """The layout of a class whose weight may be normalised."""
    return Layout(kind, with_reparametrisation(view), parts=_KNOWN)
