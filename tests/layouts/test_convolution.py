"""Convolutions; the canonical weight is (out, in/groups, *kernel), transposed (in, out/groups, *kernel)."""

from __future__ import annotations

import numpy as np
import pytest

from .arrays import ALL, assert_views, numbered

KERNEL = (4, 5, 6)


def dense() -> list[tuple[str, int, str]]:
    """Class, number of spatial axes, kind."""
    found = []
    for n in (1, 2, 3):
        found += [(f"torch.nn.Conv{n}d", n, "conv"), (f"paddle.nn.Conv{n}D", n, "conv")]
        found.append((f"torch.nn.ConvTranspose{n}d", n, "conv_transpose"))
        found.append((f"paddle.nn.Conv{n}DTranspose", n, "conv_transpose"))
    return found


@pytest.mark.parametrize(("name", "n", "kind"), dense())
def test_both_frameworks_store_a_convolution_alike(name: str, n: int, kind: str) -> None:
    features = 2 if kind == "conv" else 3
    tensors = numbered({"weight": (2, 3, *KERNEL[:n]), "bias": (features,)})
    assert_views(name, tensors, dict(tensors))
    assert [found.name for found in ALL[name].possible_kinds] == [kind]


@pytest.mark.parametrize(
    ("name", "n", "kind"),
    [
        ("paddle.sparse.nn.Conv2D", 2, "conv"),
        ("paddle.sparse.nn.Conv3D", 3, "conv"),
        ("paddle.sparse.nn.SubmConv2D", 2, "submanifold_conv"),
        ("paddle.sparse.nn.SubmConv3D", 3, "submanifold_conv"),
    ],
)
def test_a_sparse_convolution_has_its_features_last(name: str, n: int, kind: str) -> None:
    tensors = numbered({"weight": (*KERNEL[:n], 3, 2), "bias": (2,)})
    expected = np.empty((2, 3, *KERNEL[:n]), int)
    for *site, incoming, outgoing in np.ndindex(*KERNEL[:n], 3, 2):
        value = tensors["weight"][(*site, incoming, outgoing)]
        expected[(outgoing, incoming, *site)] = value
    assert_views(name, tensors, {"weight": expected, "bias": tensors["bias"]})
    assert [found.name for found in ALL[name].possible_kinds] == [kind]
