"""Two maps that do not fit together are refused before anything is written."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff import ProxyModel
from padiff.errors import LayerMapError
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal

Models = tuple[ProxyModel[Any], ProxyModel[Any]]


@pytest.fixture
def models() -> Models:
    base = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 3))
    raw = in_paddle.Model(a=paddle.nn.Linear(3, 3), b=paddle.nn.Linear(3, 3))
    return padiff.create_model(base, "Base"), padiff.create_model(raw, "Raw")


def test_maps_have_one_length(models: Models) -> None:
    base, raw = models
    base.set_layer_map([base.model.a, base.model.b])
    raw.set_layer_map([raw.model.b])
    error = refusal(base, raw)
    assert isinstance(error, LayerMapError)
    assert lines(error) == [
        "The two layer maps have different lengths.",
        "  where:    base Base, raw Raw",
        "  got:      2 and 1 layers",
        "            base: a, b",
        "            raw: b",
        "  expected: the n-th layer of base's map standing for the n-th of raw's",
    ]


@pytest.mark.parametrize("mapped", [0, 1])
def test_a_map_on_one_side_alone_is_refused(models: Models, mapped: int) -> None:
    models[mapped].set_layer_map([models[mapped].model.a])
    listed = ["no layer map", "no layer map"]
    listed[mapped] = "a"
    assert lines(refusal(*models))[2:5] == [
        f"  got:      {1 - mapped} and {mapped} layers",
        f"            base: {listed[0]}",
        f"            raw: {listed[1]}",
    ]


def test_a_mapped_pair_needs_one_kind_or_an_init_function(models: Models) -> None:
    base, raw = models
    base.model.c, raw.model.c = torch.nn.Embedding(3, 3), paddle.nn.Linear(3, 3)
    base.set_layer_map([base.model.c])
    raw.set_layer_map([raw.model.c])
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Base to Raw: 1 problem.",
        "  1. Two layers paired by the layer map are not of one kind, and no init function joins them.",
        "     where:    base c, raw c",
        "     got:      torch Embedding (embedding) and paddle Linear (linear)",
        "     expected: one kind on both sides, or a registered init function",
        '     hint:     padiff.add_special_init("torch", "Embedding", "paddle", "Linear", func)',
    ]


def test_mapped_containers_need_an_init_function(models: Models) -> None:
    base, raw = models
    base.model.c, raw.model.c = in_torch.Model(), in_paddle.Model()
    base.set_layer_map([base.model.c])
    raw.set_layer_map([raw.model.c])
    assert lines(refusal(base, raw))[3] == (
        "     got:      torch Model (no layout) and paddle Model (no layout)"
    )


def test_a_mapped_module_that_left_the_model_is_missed(models: Models) -> None:
    base, raw = models
    base.set_layer_map([base.model.a])
    raw.set_layer_map([raw.model.a])
    del raw.model.a
    assert lines(refusal(base, raw)) == [
        "A module of the layer map is no longer in the model.",
        "  where:    raw a",
        "  hint:     call set_layer_map again after changing the model",
    ]
