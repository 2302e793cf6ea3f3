"""Two trees of one structure: every tensor arrives, both ways, and the models compute the same."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given

import padiff

from . import in_paddle, in_torch
from .arrived import differences, fill
from .blueprints import Blueprint, blueprints, layers
from .in_paddle import PaddleBuilder
from .in_torch import TorchBuilder


def inputs_of(blueprint: Blueprint) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    rng = np.random.default_rng(1)
    if blueprint.rows:
        return rng.integers(0, blueprint.rows, 3)
    return rng.normal(size=(3, blueprint.inside))


@given(blueprints())
def test_every_tensor_arrives_and_the_outputs_agree(blueprint: Blueprint) -> None:
    ours, theirs = TorchBuilder(), PaddleBuilder("its_" if blueprint.renamed else "")
    base = ours.model(blueprint.base, blueprint.inside, blueprint.rows)
    raw = theirs.model(blueprint.raw, blueprint.inside, blueprint.rows)
    fill(ours.layers, seed=0)
    assert padiff.assign_weight(base, raw)
    assert differences(layers(blueprint), ours.layers, theirs.layers) == []
    inputs = inputs_of(blueprint)
    expected = in_torch.run(base, inputs)
    np.testing.assert_allclose(in_paddle.run(raw, inputs), expected, rtol=1e-5, atol=1e-6)


@given(blueprints())
def test_a_way_there_and_back_changes_no_bit(blueprint: Blueprint) -> None:
    ours, theirs, again = TorchBuilder(), PaddleBuilder(), TorchBuilder("its_")
    base = ours.model(blueprint.base, blueprint.inside, blueprint.rows)
    raw = theirs.model(blueprint.raw, blueprint.inside, blueprint.rows)
    back = again.model(blueprint.base, blueprint.inside, blueprint.rows)
    fill(ours.layers, seed=0)
    fill(again.layers, seed=1)
    padiff.assign_weight(base, raw)
    padiff.assign_weight(raw, back)
    for one, other in zip(ours.layers, again.layers, strict=True):
        state, returned = one.state_dict(), other.state_dict()
        different = [name for name in state if not torch.equal(state[name], returned[name])]
        assert different == []
