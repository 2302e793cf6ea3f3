from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch
from numpy.typing import NDArray

import padiff
import padiff.errors
from tests.models import PAIRS, ModelPair

DISTANCE = 2e-5
"""Outputs reach 25; measured over three seeds they differ by at most 8e-6."""


@pytest.fixture(params=PAIRS, ids=lambda pair: pair.name)
def pair(request: pytest.FixtureRequest) -> ModelPair:
    chosen: ModelPair = request.param
    return chosen


def moved(pair: ModelPair) -> tuple[torch.nn.Module, paddle.nn.Layer]:
    base, raw = pair.build_torch(), pair.build_paddle()
    assert padiff.assign_weight(base, raw)
    return base, raw


def outputs(
    pair: ModelPair, base: torch.nn.Module, raw: paddle.nn.Layer, seed: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    with torch.no_grad(), paddle.no_grad():
        return base(*pair.torch_inputs(seed)).numpy(), raw(*pair.paddle_inputs(seed)).numpy()


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_a_pair_with_moved_weights_computes_the_same(pair: ModelPair, *, training: bool) -> None:
    base, raw = moved(pair)
    base.train(training)
    raw.train() if training else raw.eval()
    for seed in range(3):
        ours, theirs = outputs(pair, base, raw, seed)
        assert np.abs(ours).max() > 0.1
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=DISTANCE)


def test_a_pair_is_the_same_at_every_build(pair: ModelPair) -> None:
    for build in (pair.build_torch, pair.build_paddle):
        first = build().state_dict()
        torch.rand(1), paddle.rand([1])
        second = build().state_dict()
        assert first.keys() == second.keys()
        assert all(bool((first[name] == second[name]).all()) for name in first)


def test_building_a_pair_leaves_the_random_state_alone(pair: ModelPair) -> None:
    drawn = []
    for builds in ((), (pair.build_torch, pair.build_paddle)):
        torch.manual_seed(5)
        paddle.seed(5)
        for build in builds:
            build()
        drawn.append((torch.rand(4).tolist(), paddle.rand([4]).tolist()))
    assert drawn[0] == drawn[1]


def test_before_the_transfer_a_pair_computes_different_things(pair: ModelPair) -> None:
    base, raw = pair.build_torch().eval(), pair.build_paddle()
    raw.eval()
    ours, theirs = outputs(pair, base, raw, 0)
    assert np.abs(theirs - ours).max() > 0.01


def test_inputs_follow_their_seed(pair: ModelPair) -> None:
    one, same, other = pair.inputs(1), pair.inputs(1), pair.inputs(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert {array.dtype for array in one} <= {np.dtype(np.float32), np.dtype(np.int64)}


def test_no_bias_scale_or_statistic_of_a_pair_is_left_at_its_neutral_value(pair: ModelPair) -> None:
    """A fault in a bias that is zero, or a scale that is one, would not show."""
    for state in (pair.build_torch().state_dict(), pair.build_paddle().state_dict()):
        vectors = [tensor.numpy() for tensor in state.values() if tensor.ndim == 1]
        assert vectors
        assert all(np.unique(vector).size == vector.size for vector in vectors)
