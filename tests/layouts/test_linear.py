"""Layers that multiply by a matrix; the canonical weight is (out, in)."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.layout import Layout

from .arrays import ALL, assert_views, canonical_of, numbered

OUT_IN = ["torch.nn.Linear", "paddle.compat.nn.Linear"]
IN_OUT = ["paddle.nn.Linear", "paddle.incubate.nn.FusedLinear"]


@pytest.mark.parametrize("name", OUT_IN)
def test_a_weight_stored_as_out_in_is_taken_as_it_is(name: str) -> None:
    tensors = numbered({"weight": (3, 2), "bias": (3,)})
    expected = {"weight": np.array([[0, 1], [2, 3], [4, 5]]), "bias": np.array([6, 7, 8])}
    assert_views(name, tensors, expected)


@pytest.mark.parametrize("name", IN_OUT)
def test_a_weight_stored_as_in_out_is_transposed(name: str) -> None:
    tensors = numbered({"weight": (2, 3), "bias": (3,)})
    expected = {"weight": np.array([[0, 3], [1, 4], [2, 5]]), "bias": np.array([6, 7, 8])}
    assert_views(name, tensors, expected)


@pytest.mark.parametrize("name", OUT_IN + IN_OUT)
def test_a_bias_may_be_missing(name: str) -> None:
    tensors = numbered({"weight": (4, 4)})
    expected = tensors["weight"] if name in OUT_IN else tensors["weight"].T
    assert_views(name, tensors, {"weight": expected})


class Fused:
    def __init__(self, transpose_weight: bool) -> None:
        self.transpose_weight = transpose_weight


def weight_of(layout: Layout) -> list[list[int]]:
    tensors = numbered({"weight": (2, 2)})
    assert layout.view is not None
    rows: list[list[int]] = layout.view(tensors)["weight"].tolist()
    return rows


def test_an_argument_decides_how_a_fused_linear_stores_a_square_weight() -> None:
    layout = ALL["paddle.incubate.nn.FusedLinear"]
    assert weight_of(layout.variant_for(Fused(transpose_weight=True))) == [[0, 1], [2, 3]]
    assert weight_of(layout.variant_for(Fused(transpose_weight=False))) == [[0, 2], [1, 3]]


def test_paddle_stores_the_bias_of_a_bilinear_as_a_row() -> None:
    shapes = {"weight": (2, 3, 4)}
    weight = np.arange(24).reshape(2, 3, 4)
    expected = {"weight": weight, "bias": np.array([24, 25])}
    assert_views("torch.nn.Bilinear", numbered({**shapes, "bias": (2,)}), expected)
    assert_views("paddle.nn.Bilinear", numbered({**shapes, "bias": (1, 2)}), expected)


def test_the_row_of_a_bilinear_is_written_through_its_view() -> None:
    tensors = numbered({"weight": (2, 3, 4), "bias": (1, 2)})
    view = ALL["paddle.nn.Bilinear"].view
    assert view is not None
    view(tensors)["bias"][...] = [7, 8]
    assert tensors["bias"].tolist() == [[7, 8]]
    assert canonical_of(ALL["paddle.nn.Bilinear"], tensors).shapes["bias"] == (2,)
