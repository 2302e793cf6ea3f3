"""`auto_layer_map` finds what is supported, on either side, and refuses to be mixed up."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff import ProxyModel, Registry
from padiff.errors import LayerMapError, UsageError
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal

Models = tuple[ProxyModel[Any], ProxyModel[Any]]


@pytest.fixture
def models() -> Models:
    base = in_torch.Model(
        act=torch.nn.ReLU(),
        own=torch.nn.Parameter(torch.ones(2)),
        blocks=torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3)),
        lstm=torch.nn.LSTM(3, 3),
        attention=torch.nn.MultiheadAttention(4, 2),
    )
    raw = in_paddle.Model(
        own=paddle.create_parameter([2], "float32"),
        blocks=paddle.nn.Sequential(paddle.nn.Linear(3, 3), paddle.nn.BatchNorm1D(3)),
        lstm=paddle.nn.LSTM(3, 3),
        attention=paddle.nn.MultiHeadAttention(4, 2),
    )
    return padiff.create_model(base, "Base"), padiff.create_model(raw, "Raw")


def test_it_finds_every_supported_component(models: Models) -> None:
    base, raw = models
    assert base.auto_layer_map("base") == ("blocks.0", "blocks.1", "lstm", "attention")
    assert raw.auto_layer_map("raw") == ("blocks.0", "blocks.1", "lstm", "attention")


def test_two_found_maps_transfer_everything(models: Models) -> None:
    base, raw = models
    base.auto_layer_map("base")
    raw.auto_layer_map("raw")
    report = padiff.assign_weight(base, raw)
    assert {record.by for record in report.records if record.how == "copied"} == {"path"}
    assert (report.count("ignored"), report.count("initialised")) == (0, 0)


def test_a_found_map_and_a_written_one_correspond_by_order(models: Models) -> None:
    base, raw = models
    base.auto_layer_map("base")
    net = raw.model
    raw.set_layer_map([net.blocks[0], net.blocks[1], net.lstm, net.attention])
    report = padiff.assign_weight(base, raw)
    assert {r.by for r in report.records if r.base != "own"} == {"layer_map"}


def test_an_init_function_makes_a_class_supported_on_its_side() -> None:
    registry = Registry()
    registry.register_init(("torch", "Model"), ("paddle", "Model"), lambda _base, _raw: None)
    base = padiff.create_model(in_torch.Model(w=torch.nn.Parameter(torch.ones(1))))
    assert base.auto_layer_map("base", registry=registry) == ("",)
    with pytest.raises(LayerMapError):
        base.auto_layer_map("raw", registry=registry)


@pytest.mark.parametrize("side", ["source", "Base", "", None])
def test_the_part_is_base_or_raw(models: Models, side: Any) -> None:
    with pytest.raises(UsageError) as caught:
        models[0].auto_layer_map(side)
    assert lines(caught.value) == [
        "auto_layer_map needs the part the model plays.",
        f"  got:      {side!r}",
        '  expected: "base" or "raw"',
    ]


def test_a_model_without_supported_components_is_refused() -> None:
    model = padiff.create_model(torch.nn.Sequential(torch.nn.ReLU()), "Empty")
    with pytest.raises(LayerMapError) as caught:
        model.auto_layer_map("raw")
    assert lines(caught.value) == [
        "No component of Empty is supported as raw.",
        "  got:      Sequential (torch)",
        "  hint:     register a layout or an init function, or use set_layer_map",
    ]


def test_base_and_raw_cannot_be_mixed_up(models: Models) -> None:
    base, raw = models
    base.auto_layer_map("base")
    raw.auto_layer_map("raw")
    assert lines(refusal(raw, base)) == [
        "A layer map was found for the other part.",
        "  where:    base Raw",
        '  got:      auto_layer_map("raw")',
        '  expected: auto_layer_map("base"), or base and raw the other way round',
    ]
