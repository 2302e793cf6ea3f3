"""Losses that own tensors."""

from __future__ import annotations

import numpy as np
import pytest

from .arrays import ALL, assert_views, numbered

SAME_NAME = [
    "CrossEntropyLoss",
    "BCELoss",
    "BCEWithLogitsLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
]


@pytest.mark.parametrize("name", SAME_NAME)
@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_a_weight_of_classes_is_taken_as_it_is(framework: str, name: str) -> None:
    assert_views(f"{framework}.nn.{name}", numbered({"weight": (3,)}), {"weight": np.arange(3)})


def test_paddle_hides_the_weight_of_an_nll_loss() -> None:
    expected = {"weight": np.arange(3)}
    assert_views("torch.nn.NLLLoss", numbered({"weight": (3,)}), expected)
    assert_views("paddle.nn.NLLLoss", numbered({"_weight": (3,)}), expected)


@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_the_weights_of_elements_and_of_positives_have_shapes_of_their_own(framework: str) -> None:
    tensors = numbered({"weight": (2, 3), "pos_weight": (3,)})
    assert_views(f"{framework}.nn.BCEWithLogitsLoss", tensors, dict(tensors))


def test_a_loss_without_weights_has_no_tensors() -> None:
    for name in (*SAME_NAME, "NLLLoss"):
        for framework in ("torch", "paddle"):
            assert_views(f"{framework}.nn.{name}", {}, {})


def test_each_loss_is_a_kind_of_its_own() -> None:
    kinds = {
        framework: [
            ALL[f"{framework}.nn.{name}"].possible_kinds for name in (*SAME_NAME, "NLLLoss")
        ]
        for framework in ("torch", "paddle")
    }
    assert kinds["torch"] == kinds["paddle"]
    assert len(set(kinds["torch"])) == len(SAME_NAME) + 1


EXPECTED = {
    "head.weight": np.array([[0, 1], [2, 3], [4, 5]]),
    "head.bias": np.array([6, 7, 8]),
    "tail.0.down": np.array([[9, 10]]),
    "tail.0.up": np.array([[11], [12], [13]]),
    "tail.1.down": np.array([[14, 15], [16, 17], [18, 19]]),
    "tail.1.up": np.array([[20, 21, 22]]),
}


def test_torch_keeps_linear_layers_in_an_adaptive_softmax() -> None:
    tensors = {
        "head.weight": EXPECTED["head.weight"],
        "head.bias": EXPECTED["head.bias"],
        "tail.0.0.weight": EXPECTED["tail.0.down"],
        "tail.0.1.weight": EXPECTED["tail.0.up"],
        "tail.1.0.weight": EXPECTED["tail.1.down"],
        "tail.1.1.weight": EXPECTED["tail.1.up"],
    }
    assert_views("torch.nn.AdaptiveLogSoftmaxWithLoss", tensors, EXPECTED)


def test_paddle_keeps_their_transposes() -> None:
    tensors = {
        "head_weight": np.array([[0, 2, 4], [1, 3, 5]]),
        "head_bias": np.array([6, 7, 8]),
        "tail_weights.0.0": np.array([[9], [10]]),
        "tail_weights.0.1": np.array([[11, 12, 13]]),
        "tail_weights.1.0": np.array([[14, 16, 18], [15, 17, 19]]),
        "tail_weights.1.1": np.array([[20], [21], [22]]),
    }
    assert_views("paddle.nn.AdaptiveLogSoftmaxWithLoss", tensors, EXPECTED)
