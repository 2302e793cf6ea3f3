"""Within one framework too: every tensor is copied, and none is shared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

import padiff
from padiff.protocols import Array
from padiff.testing import Native, bits
from tests.paddle_adapter.native import PaddleNative
from tests.torch_adapter.native import TorchNative

from .arrived import fill
from .blueprints import Blueprint, blueprints
from .in_paddle import PaddleBuilder
from .in_torch import TorchBuilder


def tensors(native: Native[Any, Any], layer: Any) -> dict[str, Any]:
    """The layer's tensors that have values, by name."""
    found = {**native.state_dict(layer), **native.beside(layer)}
    return {name: tensor for name, tensor in found.items() if native.has_values(tensor)}


@pytest.mark.parametrize(
    ("builder", "native"),
    [(TorchBuilder, TorchNative()), (PaddleBuilder, PaddleNative())],
    ids=["torch", "paddle"],
)
@given(blueprint=blueprints())
def test_every_tensor_is_copied_and_none_is_shared(
    builder: type[TorchBuilder | PaddleBuilder], native: Native[Any, Any], blueprint: Blueprint
) -> None:
    ours, theirs = builder(), builder("its_" if blueprint.renamed else "")
    base = ours.model(blueprint.base, blueprint.inside, blueprint.rows)
    raw = theirs.model(blueprint.raw, blueprint.inside, blueprint.rows)
    fill(ours.layers, seed=0)
    fill(theirs.layers, seed=1)
    padiff.assign_weight(base, raw)
    copied: list[Array] = []
    for one, other in zip(ours.layers, theirs.layers, strict=True):
        found = tensors(native, other)
        for name, tensor in tensors(native, one).items():
            assert bits(native.read(found[name])) == bits(native.read(tensor)), name
            copied.append(native.read(found[name]))
    before = [bits(array) for array in copied]
    fill(ours.layers, seed=2)
    after = [native.read(t) for layer in theirs.layers for t in tensors(native, layer).values()]
    assert [bits(array) for array in after] == before
