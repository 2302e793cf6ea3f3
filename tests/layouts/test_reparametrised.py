"""Weight norm and spectral norm: what stands in for `weight` is turned as the weight is."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.errors import LayoutError
from padiff.protocols import Array

from .arrays import ALL, assert_views, canonical_of, numbered

OLD = ("weight_g", "weight_v")
NEW = ("parametrizations.weight.original0", "parametrizations.weight.original1")
OLD_SPECTRAL = ("weight_orig", "weight_u", "weight_v")
NEW_SPECTRAL = (
    "parametrizations.weight.original",
    "parametrizations.weight.0._u",
    "parametrizations.weight.0._v",
)
WEIGHT = np.array([[0, 1], [2, 3], [4, 5]])
TRANSPOSED = np.array([[0, 2, 4], [1, 3, 5]])
BIAS = np.array([20, 21, 22])


@pytest.mark.parametrize("names", [OLD, NEW])
def test_torch_keeps_the_axes_of_the_magnitude(names: tuple[str, str]) -> None:
    tensors = {"bias": BIAS, names[0]: np.array([[7], [8], [9]]), names[1]: WEIGHT}
    expected = {
        "bias": BIAS,
        "weight.magnitude": np.array([7, 8, 9]),
        "weight.direction": WEIGHT,
    }
    assert_views("torch.nn.Linear", tensors, expected)


def test_paddle_has_a_flat_magnitude_and_a_transposed_direction() -> None:
    tensors = {
        "bias": BIAS,
        "weight_v": TRANSPOSED,
        "weight_g": np.array([7, 8, 9]),
        "weight": np.zeros((2, 3), int),
    }
    expected = {
        "bias": BIAS,
        "weight.magnitude": np.array([7, 8, 9]),
        "weight.direction": WEIGHT,
    }
    assert_views("paddle.nn.Linear", tensors, expected)


@pytest.mark.parametrize("name", ["torch.nn.Linear", "paddle.nn.Linear"])
def test_a_norm_over_all_axes_has_a_magnitude_without_axes(name: str) -> None:
    tensors = {"weight_g": np.array(7), "weight_v": numbered({"v": (4, 4)})["v"]}
    turned = tensors["weight_v"].T if name.startswith("paddle") else tensors["weight_v"]
    assert_views(name, tensors, {"weight.magnitude": np.array(7), "weight.direction": turned})


@pytest.mark.parametrize("name", ["torch.nn.ConvTranspose2d", "paddle.nn.Conv2DTranspose"])
def test_a_magnitude_may_lie_along_the_second_axis(name: str) -> None:
    shape = (1, 3, 1, 1) if name.startswith("torch") else (3,)
    tensors = numbered({"weight_g": shape, "weight_v": (2, 3, 4, 5)})
    expected = {"weight.magnitude": np.arange(3), "weight.direction": tensors["weight_v"]}
    assert_views(name, tensors, expected)


@pytest.mark.parametrize(
    ("name", "names", "stored"),
    [
        ("torch.nn.Linear", OLD_SPECTRAL, WEIGHT),
        ("torch.nn.Linear", NEW_SPECTRAL, WEIGHT),
        ("paddle.nn.Linear", OLD_SPECTRAL, TRANSPOSED),
        ("paddle.compat.nn.Linear", OLD_SPECTRAL, WEIGHT),
    ],
)
def test_spectral_norm_keeps_the_weight_and_two_vectors(
    name: str, names: tuple[str, str, str], stored: Array
) -> None:
    left, right = np.array([10, 11, 12]), np.array([13, 14])
    tensors = dict(zip(names, (stored, left, right), strict=True)) | {"bias": BIAS}
    expected = {
        "bias": BIAS,
        "weight.original": WEIGHT,
        "weight.left": left,
        "weight.right": right,
    }
    assert_views(name, tensors, expected)


@pytest.mark.parametrize("present", [OLD, OLD_SPECTRAL])
def test_paddle_computes_the_weight_of_a_normalised_layer(present: tuple[str, ...]) -> None:
    layout = ALL["paddle.nn.Conv2D"]
    assert layout.recomputed_among(["bias", "weight", *present]) == ("weight",)
    assert layout.recomputed_among(["bias", "weight"]) == ()
    assert layout.recomputed_among(["bias", "weight", "weight_v"]) == ()


@pytest.mark.parametrize(
    "strange", ["parametrizations.weight.original", "parametrizations.bias.original0", "weight_g"]
)
def test_what_is_neither_norm_is_refused(strange: str) -> None:
    tensors = numbered({strange: (3, 2), "bias": (3,)})
    with pytest.raises(LayoutError, match=f"a linear layer has no tensor of this name|{strange}"):
        canonical_of(ALL["torch.nn.Linear"], tensors)


def test_only_torchs_own_norms_are_taken_for_norms() -> None:
    for name in ("torch.nn.Linear", "torch.nn.Conv1d", "torch.nn.ConvTranspose3d"):
        assert ALL[name].demands("parametrizations.weight.0") == (
            "torch.nn.utils.parametrizations._WeightNorm",
            "torch.nn.utils.parametrizations._SpectralNorm",
        )
        assert ALL[name].demands("parametrizations.weight") == ()
