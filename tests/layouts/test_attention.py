"""Attention in all its packings; every canonical weight is (out, in)."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.errors import LayoutError
from padiff.protocols import Array

from .arrays import ALL, assert_views, canonical_of, numbered

E = 2
TORCHS = ["torch.nn.MultiheadAttention", "paddle.compat.nn.MultiheadAttention"]
OUT = {"out_proj.weight": (E, E), "out_proj.bias": (E,)}


def parts(packed: Array, name: str) -> dict[str, Array]:
    """Rows 0 to 1, 2 to 3 and 4 to 5."""
    return {
        f"q.{name}": packed[[0, 1]],
        f"k.{name}": packed[[2, 3]],
        f"v.{name}": packed[[4, 5]],
    }


@pytest.mark.parametrize("name", TORCHS)
def test_a_packed_projection_is_q_over_k_over_v(name: str) -> None:
    tensors = numbered({"in_proj_weight": (3 * E, E), "in_proj_bias": (3 * E,), **OUT})
    expected = {
        **parts(tensors["in_proj_weight"], "weight"),
        **parts(tensors["in_proj_bias"], "bias"),
        "out.weight": tensors["out_proj.weight"],
        "out.bias": tensors["out_proj.bias"],
    }
    assert_views(name, tensors, expected)


APART = {"q_proj_weight": (E, E), "k_proj_weight": (E, 3), "v_proj_weight": (E, 4)}


def test_torch_packs_the_biases_of_uneven_projections() -> None:
    tensors = numbered({**APART, "in_proj_bias": (3 * E,), **OUT})
    expected = {
        **{f"{p}.weight": tensors[f"{p}_proj_weight"] for p in "qkv"},
        **parts(tensors["in_proj_bias"], "bias"),
        "out.weight": tensors["out_proj.weight"],
        "out.bias": tensors["out_proj.bias"],
    }
    assert_views("torch.nn.MultiheadAttention", tensors, expected)


def test_paddles_copy_of_torchs_class_does_not() -> None:
    biases = {f"{p}_proj_bias": (E,) for p in "qkv"}
    tensors = numbered({**APART, **biases, **OUT})
    expected = {
        **{
            f"{p}.{what}": tensors[f"{p}_proj_{what}"] for p in "qkv" for what in ("weight", "bias")
        },
        "out.weight": tensors["out_proj.weight"],
        "out.bias": tensors["out_proj.bias"],
    }
    assert_views("paddle.compat.nn.MultiheadAttention", tensors, expected)


@pytest.mark.parametrize("name", TORCHS)
def test_an_appended_key_and_value_lose_their_axes_of_one(name: str) -> None:
    shapes = {"in_proj_weight": (3 * E, E), "bias_k": (1, 1, E), "bias_v": (1, 1, E)}
    tensors = numbered({**shapes, "out_proj.weight": (E, E)})
    expected = {
        **parts(tensors["in_proj_weight"], "weight"),
        "k.extra": np.array([12, 13]),
        "v.extra": np.array([14, 15]),
        "out.weight": tensors["out_proj.weight"],
    }
    assert_views(name, tensors, expected)


def test_paddle_transposes_all_four_weights() -> None:
    sizes = {"q_proj": E, "k_proj": 3, "v_proj": 4, "out_proj": E}
    shapes = {f"{name}.weight": (size, E) for name, size in sizes.items()}
    tensors = numbered({**shapes, **{f"{name}.bias": (E,) for name in sizes}})
    expected = {
        "q.weight": np.array([[0, 2], [1, 3]]),
        "k.weight": np.array([[4, 6, 8], [5, 7, 9]]),
        "v.weight": np.array([[10, 12, 14, 16], [11, 13, 15, 17]]),
        "out.weight": np.array([[18, 20], [19, 21]]),
        **{f"{p}.bias": tensors[f"{p}_proj.bias"] for p in ("q", "k", "v", "out")},
    }
    assert_views("paddle.nn.MultiHeadAttention", tensors, expected)


def test_each_layout_holds_for_projections_stored_its_way() -> None:
    paddle = ALL["paddle.nn.MultiHeadAttention"]
    projections = ("q_proj", "k_proj", "v_proj", "out_proj")
    assert {paddle.demands(name) for name in projections} == {("paddle.nn.Linear",)}
    compat = ALL["paddle.compat.nn.MultiheadAttention"]
    assert compat.demands("out_proj") == ("paddle.compat.nn.Linear",)


FUSED = "paddle.incubate.nn.FusedMultiHeadAttention"


@pytest.mark.parametrize(("native", "canonical"), [("pre_ln", "norm_before"), ("ln", "norm_after")])
def test_a_fused_attention_stacks_projections_then_heads(native: str, canonical: str) -> None:
    tensors = numbered(
        {
            "qkv_weight": (3, 2, 2, 4),
            "qkv_bias": (3, 2, 2),
            "linear_weight": (4, 4),
            "linear_bias": (4,),
            f"{native}_scale": (4,),
            f"{native}_bias": (4,),
        }
    )
    rows = np.arange(48).reshape(12, 4)
    expected = {
        "q.weight": rows[0:4],
        "k.weight": rows[4:8],
        "v.weight": rows[8:12],
        "q.bias": np.arange(48, 52),
        "k.bias": np.arange(52, 56),
        "v.bias": np.arange(56, 60),
        "out.weight": np.arange(60, 76).reshape(4, 4).T,
        "out.bias": np.arange(76, 80),
        f"{canonical}.weight": np.arange(80, 84),
        f"{canonical}.bias": np.arange(84, 88),
    }
    assert_views(FUSED, tensors, expected)


def test_a_fused_attention_in_another_order_is_refused() -> None:
    tensors = numbered({"qkv_weight": (4, 12), "linear_weight": (4, 4)})
    with pytest.raises(LayoutError, match="does not fit the layer"):
        canonical_of(ALL[FUSED], tensors)


def test_a_fused_feed_forward_transposes_both_weights() -> None:
    tensors = numbered(
        {
            "_linear1_weight": (2, 3),
            "_linear1_bias": (3,),
            "_linear2_weight": (3, 2),
            "_linear2_bias": (2,),
            "_ln1_scale": (2,),
            "_ln1_bias": (2,),
            "_ln2_scale": (2,),
            "_ln2_bias": (2,),
        }
    )
    expected = {
        "linear1.weight": np.array([[0, 3], [1, 4], [2, 5]]),
        "linear1.bias": np.array([6, 7, 8]),
        "linear2.weight": np.array([[9, 11, 13], [10, 12, 14]]),
        "linear2.bias": np.array([15, 16]),
        "norm_before.weight": np.array([17, 18]),
        "norm_before.bias": np.array([19, 20]),
        "norm_after.weight": np.array([21, 22]),
        "norm_after.bias": np.array([23, 24]),
    }
    assert_views("paddle.incubate.nn.FusedFeedForward", tensors, expected)


def test_a_fused_residual_has_a_bias_and_a_norm() -> None:
    tensors = numbered({"linear_bias": (2,), "ln_scale": (2,), "ln_bias": (2,)})
    expected = {
        "residual.bias": np.array([0, 1]),
        "norm.weight": np.array([2, 3]),
        "norm.bias": np.array([4, 5]),
    }
    name = "paddle.incubate.nn.FusedBiasDropoutResidualLayerNorm"
    assert_views(name, tensors, expected)
