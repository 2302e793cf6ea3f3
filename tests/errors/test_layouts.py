"""A layout that breaks its contract is refused where it is used, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

import padiff
from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from tests.small import in_torch
from tests.small.refused import lines, refusal


def told(view: Callable[[Tensors], dict[str, Array]]) -> list[str]:
    """What is said of a layer whose layout is this function, without number and place."""
    registry = padiff.registry.copy()
    registry.register_layout("torch", "torch.nn.Linear", Layout(LINEAR, view=view), replace=True)
    base, raw = in_torch.Model(fc=torch.nn.Linear(2, 3)), in_torch.Model(fc=torch.nn.Linear(2, 3))
    shown = lines(refusal(base, raw, registry=registry))
    assert shown[0] == "Nothing was transferred from Model to Model: 1 problem."
    assert shown[2] == "     where:    base fc, raw fc"
    return [line[5:] for line in (shown[1], *shown[3:])]


def test_a_copy_is_not_a_view() -> None:
    def copies(tensors: Tensors) -> dict[str, Array]:
        return {"weight": tensors["weight"].copy(), "bias": tensors["bias"]}

    assert told(copies) == [
        "torch Linear: The layout returned 'weight' as a copy.",
        "expected: a view of one of the layer's tensors: writing into it must write the layer",
    ]


def test_an_array_of_its_own_is_not_a_view() -> None:
    def invents(tensors: Tensors) -> dict[str, Array]:
        return {**tensors, "bias": np.zeros(3, np.float32)}

    assert told(invents)[0] == "torch Linear: The layout returned 'bias' as a copy."


def test_no_tensor_may_be_left_out() -> None:
    def forgets(tensors: Tensors) -> dict[str, Array]:
        return {"weight": tensors["weight"]}

    assert told(forgets) == [
        "torch Linear: The layer has tensors its class's layout knows nothing of.",
        "got:      bias (3,)",
        "hint:     a subclass with tensors of its own needs its own layout or init function",
    ]


def test_no_part_of_a_tensor_may_be_left_out() -> None:
    def cuts(tensors: Tensors) -> dict[str, Array]:
        return {"weight": tensors["weight"][:2], "bias": tensors["bias"][:2]}

    assert told(cuts) == [
        "torch Linear: The layout's views do not cover 'weight' exactly once.",
        "got:      4 elements in views",
        "expected: 6",
    ]


def test_no_tensor_may_come_twice() -> None:
    def doubles(tensors: Tensors) -> dict[str, Array]:
        return {**tensors, "weight.magnitude": tensors["weight"][:1]}

    assert told(doubles)[1:] == ["got:      8 elements in views", "expected: 6"]


def test_names_and_shapes_are_the_kinds() -> None:
    def renames(tensors: Tensors) -> dict[str, Array]:
        return {"matrix": tensors["weight"], "bias": tensors["bias"]}

    def transposes(tensors: Tensors) -> dict[str, Array]:
        return {"weight": tensors["weight"].T, "bias": tensors["bias"]}

    assert told(renames)[:2] == [
        "torch Linear: The tensors are not those of a linear layer.",
        "got:      matrix (3, 2): a linear layer has no tensor of this name",
    ]
    assert told(transposes)[:2] == [
        "torch Linear: The tensors are not those of a linear layer.",
        "got:      bias (3,): out is 2 elsewhere in this layer and 3 here",
    ]


@pytest.mark.parametrize(
    ("error", "got"),
    [
        (KeyError("scale"), "KeyError: 'scale' with weight (3, 2), bias (3,)"),
        (ValueError("no"), "ValueError: no with weight (3, 2), bias (3,)"),
        (IndexError("far"), "IndexError: far with weight (3, 2), bias (3,)"),
    ],
)
def test_one_that_fails_shows_what_it_was_given(error: Exception, got: str) -> None:
    def fails(_: Tensors) -> dict[str, Array]:
        raise error

    assert told(fails) == [
        "torch Linear: The layout registered for its class does not fit the layer.",
        f"got:      {got}",
    ]
