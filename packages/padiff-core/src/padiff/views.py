"""What layouts are made of: small functions from arrays to views of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from padiff.layout import View
from padiff.protocols import Array, Tensors

__all__ = ["renamed", "unpacked", "with_spellings"]

_LIKE_THE_WEIGHT = ("weight.direction", "weight.original")


def renamed(names: Mapping[str, str]) -> View:
    """A layout's function that gives tensors other names, and leaves the rest as they are.

    >>> import numpy as np
    >>> batch_norm = renamed({"_mean": "running_mean"})
    >>> sorted(batch_norm({"_mean": np.zeros(3), "bias": np.ones(3)}))
    ['bias', 'running_mean']
    """

    def view(tensors: Tensors) -> dict[str, Array]:
        return {names.get(name, name): array for name, array in tensors.items()}

    return view


def unpacked(packed: Array, names: Sequence[str]) -> dict[str, Array]:
    """Equal parts of the first axis, in order, one for each name.

    >>> import numpy as np
    >>> unpacked(np.arange(6), ["q", "k", "v"])
    {'q': array([0, 1]), 'k': array([2, 3]), 'v': array([4, 5])}
    """
    size = packed.shape[0] // len(names)
    return {name: packed[i * size : (i + 1) * size] for i, name in enumerate(names)}


def with_spellings(view: View, spellings: Sequence[Mapping[str, str]]) -> View:
    """`view`, also for a layer whose weight is computed by weight norm or spectral norm.

    Args:
        view: The function of the plain layer. What it does to `weight` it also does to the tensors
            that are oriented as the weight is.
        spellings: The sets of tensors that may stand in for `weight`: by native name the canonical
            one (`weight.magnitude` and `weight.direction`, or `weight.original`, `weight.left` and
            `weight.right`). A layer that has all names of one is read in that spelling.

    >>> import numpy as np
    >>> transposed = lambda tensors: {name: array.T for name, array in tensors.items()}
    >>> normed = with_spellings(transposed, [{"g": "weight.magnitude", "v": "weight.direction"}])
    >>> {name: a.shape for name, a in normed({"g": np.ones((1, 7)), "v": np.ones((5, 7))}).items()}
    {'weight.magnitude': (7,), 'weight.direction': (7, 5)}
    """

    def extended(tensors: Tensors) -> dict[str, Array]:
        found = (spelling for spelling in spellings if spelling.keys() <= tensors.keys())
        spelling = next(found, {})
        views = view({name: a for name, a in tensors.items() if name not in spelling})
        for name, canonical in spelling.items():
            array = tensors[name]
            if canonical in _LIKE_THE_WEIGHT:
                array = view({"weight": array})["weight"]
            elif canonical == "weight.magnitude" and array.ndim > 1:
                array = array.reshape(-1)  # all axes but one are of size 1
            views[canonical] = array
        return views

    return extended
