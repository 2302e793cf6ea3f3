"""A map that cannot be used is refused when it is given, and the map in force stays."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff import ProxyModel
from padiff.errors import LayerMapError
from tests.small import in_torch
from tests.small.refused import lines


@pytest.fixture
def model() -> ProxyModel[Any]:
    blocks = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Linear(3, 3))
    model = padiff.create_model(in_torch.Model(fc=torch.nn.Linear(3, 3), blocks=blocks), "Net")
    model.set_layer_map([model.model.fc])
    return model


def refusal(model: ProxyModel[Any], layers: Any) -> list[str]:
    before = model.layer_map
    with pytest.raises(LayerMapError) as caught:
        model.set_layer_map(layers)
    assert model.layer_map is before
    return lines(caught.value)


@pytest.mark.parametrize(("layers", "got"), [("fc", "str"), (3, "int"), (None, "NoneType")])
def test_a_map_is_a_sequence(model: ProxyModel[Any], layers: Any, got: str) -> None:
    assert refusal(model, layers) == [
        "A layer map is a sequence of modules.",
        f"  got:      {got}",
        "  expected: [model.model.fc1, model.model.fc2]",
    ]


def test_an_entry_is_the_module_and_not_its_path(model: ProxyModel[Any]) -> None:
    assert refusal(model, [model.model.fc, "blocks.0"]) == [
        "Entry 1 of Net's layer map is no torch module.",
        "  got:      a path, 'blocks.0'",
        "  expected: the module object itself, such as Net.model.<name>",
    ]


def test_an_entry_is_no_parameter(model: ProxyModel[Any]) -> None:
    assert refusal(model, [model.model.fc.weight]) == [
        "Entry 0 of Net's layer map is no torch module.",
        "  got:      Parameter",
        "  expected: the module object itself, such as Net.model.<name>",
    ]


def test_an_entry_is_of_the_models_framework(model: ProxyModel[Any]) -> None:
    assert refusal(model, [paddle.nn.ReLU()]) == [
        "Entry 0 of Net's layer map is no torch module.",
        "  got:      ReLU",
        "  expected: the module object itself, such as Net.model.<name>",
    ]


def test_an_entry_is_in_the_model(model: ProxyModel[Any]) -> None:
    assert refusal(model, [model.model.fc, torch.nn.Linear(3, 3)]) == [
        "Entry 1 of Net's layer map is not a module of this model.",
        "  got:      Linear",
        "  expected: the module object itself, such as Net.model.<name>",
    ]


def test_a_module_comes_once(model: ProxyModel[Any]) -> None:
    net = model.model
    assert refusal(model, [net.blocks[1], net.fc, net.blocks[1]]) == [
        "Net's layer map holds a module twice.",
        "  where:    blocks.1",
        "  got:      entries 0 and 2",
    ]


def test_a_module_with_two_names_comes_once(model: ProxyModel[Any]) -> None:
    model.model.again = model.model.fc
    assert refusal(model, [model.model.fc, model.model.again]) == [
        "Net's layer map holds a module twice.",
        "  where:    fc",
        "  got:      entries 0 and 1",
    ]


def test_no_module_is_inside_another(model: ProxyModel[Any]) -> None:
    net = model.model
    assert refusal(model, [net.fc, net.blocks[1], net.blocks]) == [
        "Net's layer map holds a module and a part of it.",
        "  where:    blocks.1",
        "  got:      it is inside entry 2, blocks",
        "  hint:     map the outer module, or its parts, not both",
    ]


def test_no_module_is_inside_the_root(model: ProxyModel[Any]) -> None:
    assert refusal(model, [model.model, model.model.fc]) == [
        "Net's layer map holds a module and a part of it.",
        "  where:    fc",
        "  got:      it is inside entry 0, (root)",
        "  hint:     map the outer module, or its parts, not both",
    ]


def test_a_name_that_only_starts_alike_is_no_part() -> None:
    model = padiff.create_model(in_torch.Model(fc=torch.nn.ReLU(), fc2=torch.nn.ReLU()))
    model.set_layer_map([model.model.fc, model.model.fc2])
    assert model.layer_map is not None
    assert model.layer_map.paths == ("fc", "fc2")
