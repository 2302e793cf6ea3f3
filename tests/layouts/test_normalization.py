"""Normalisation layers: new names, and a LayerNorm over several axes flattened."""

from __future__ import annotations

import numpy as np
import pytest

from .arrays import ALL, assert_views, numbered

AFFINE = {"weight": (3,), "bias": (3,)}
COUNTED = {"running_mean": (3,), "running_var": (3,), "num_batches_tracked": ()}
TORCH_BATCH = [*(f"torch.nn.BatchNorm{n}d" for n in (1, 2, 3)), "torch.nn.SyncBatchNorm"]
PADDLE_BATCH = [
    *(f"paddle.nn.BatchNorm{n}D" for n in (1, 2, 3)),
    "paddle.nn.BatchNorm",
    "paddle.nn.SyncBatchNorm",
    "paddle.sparse.nn.BatchNorm",
    "paddle.sparse.nn.SyncBatchNorm",
]


@pytest.mark.parametrize("name", [*TORCH_BATCH, *(f"torch.nn.InstanceNorm{n}d" for n in (1, 2, 3))])
def test_torchs_names_are_the_canonical_ones(name: str) -> None:
    tensors = numbered({**AFFINE, **COUNTED})
    assert_views(name, tensors, dict(tensors))


@pytest.mark.parametrize("name", PADDLE_BATCH)
def test_paddle_has_other_names_for_the_statistics(name: str) -> None:
    tensors = numbered({**AFFINE, "_mean": (3,), "_variance": (3,)})
    expected = {
        "weight": np.array([0, 1, 2]),
        "bias": np.array([3, 4, 5]),
        "running_mean": np.array([6, 7, 8]),
        "running_var": np.array([9, 10, 11]),
    }
    assert_views(name, tensors, expected)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_paddle_calls_the_weight_of_an_instance_norm_scale(n: int) -> None:
    tensors = numbered({"scale": (3,), "bias": (3,)})
    expected = {"weight": np.array([0, 1, 2]), "bias": np.array([3, 4, 5])}
    assert_views(f"paddle.nn.InstanceNorm{n}D", tensors, expected)


def test_a_layer_norm_over_two_axes_is_flat() -> None:
    flat = {"weight": np.arange(6), "bias": np.arange(6, 12)}
    assert_views("torch.nn.LayerNorm", numbered({"weight": (2, 3), "bias": (2, 3)}), flat)
    assert_views("paddle.nn.LayerNorm", numbered({"weight": (6,), "bias": (6,)}), flat)


@pytest.mark.parametrize("name", ["torch.nn.GroupNorm", "paddle.nn.GroupNorm"])
def test_both_store_a_group_norm_alike(name: str) -> None:
    tensors = numbered(AFFINE)
    assert_views(name, tensors, dict(tensors))


def test_an_rms_norm_keeps_its_axes_and_pairs_with_a_layer_of_ones_own() -> None:
    tensors = numbered({"weight": (2, 3)})
    assert_views("torch.nn.RMSNorm", tensors, dict(tensors))
    assert [kind.elementwise for kind in ALL["torch.nn.RMSNorm"].possible_kinds] == [True]


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("torch.nn.utils.parametrizations._SpectralNorm", "_u", "_v"),
        ("paddle.nn.SpectralNorm", "weight_u", "weight_v"),
    ],
)
def test_a_spectral_norm_of_its_input_holds_two_vectors(name: str, left: str, right: str) -> None:
    tensors = numbered({left: (2,), right: (3,)})
    expected = {"weight.left": np.array([0, 1]), "weight.right": np.array([2, 3, 4])}
    assert_views(name, tensors, expected)
