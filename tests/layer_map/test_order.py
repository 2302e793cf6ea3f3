"""The order of the two maps is the correspondence, whatever the names and places."""

from __future__ import annotations

import numpy as np
import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.reported import pairs


def test_crossed_maps_cross_the_weights() -> None:
    base = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 3))
    raw = in_paddle.Model(a=paddle.nn.Linear(3, 3), b=paddle.nn.Linear(3, 3))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.a, base.b])
    model1.set_layer_map([raw.b, raw.a])
    padiff.assign_weight(model0, model1)
    np.testing.assert_array_equal(raw.b.weight.numpy(), base.a.weight.detach().numpy().T)
    np.testing.assert_array_equal(raw.a.weight.numpy(), base.b.weight.detach().numpy().T)
    np.testing.assert_array_equal(raw.a.bias.numpy(), base.b.bias.detach().numpy())


def test_a_mapped_pair_may_be_in_different_places() -> None:
    base = in_torch.Model(deep=torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Linear(2, 3)))
    raw = in_paddle.Model(flat=paddle.nn.Linear(2, 3))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.deep[1]])
    model1.set_layer_map([raw.flat])
    report = padiff.assign_weight(model0, model1)
    assert pairs(report) == [
        ("copied", "deep.1.weight", "flat.weight"),
        ("copied", "deep.1.bias", "flat.bias"),
    ]
    assert {record.by for record in report.records} == {"layer_map"}


def test_what_is_not_mapped_is_paired_as_ever() -> None:
    base = in_torch.Model(x=torch.nn.Linear(2, 2), same=torch.nn.Linear(2, 2))
    raw = in_paddle.Model(same=paddle.nn.Linear(2, 2), y=paddle.nn.Linear(2, 2))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.x])
    model1.set_layer_map([raw.y])
    report = padiff.assign_weight(model0, model1)
    assert [(r.base, r.raw, r.by) for r in report.records] == [
        ("x.weight", "y.weight", "layer_map"),
        ("x.bias", "y.bias", "layer_map"),
        ("same.weight", "same.weight", "path"),
        ("same.bias", "same.bias", "path"),
    ]


def test_the_whole_model_can_be_mapped() -> None:
    model0 = padiff.create_model(torch.nn.Linear(2, 3))
    model1 = padiff.create_model(paddle.nn.Linear(2, 3))
    model0.set_layer_map([model0.model])
    model1.set_layer_map([model1.model])
    report = padiff.assign_weight(model0, model1)
    assert pairs(report) == [("copied", "weight", "weight"), ("copied", "bias", "bias")]


def test_a_generator_will_do() -> None:
    model = padiff.create_model(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)))
    modules: object = (module for module in model.model)
    model.set_layer_map(modules)  # type: ignore[arg-type]  # a Sequence is promised, any iterable taken
    assert model.layer_map is not None
    assert model.layer_map.paths == ("0", "1")


def test_an_empty_map_removes_the_map() -> None:
    model = padiff.create_model(torch.nn.Sequential(torch.nn.Linear(2, 2)))
    model.set_layer_map([model.model[0]])
    model.set_layer_map([])
    assert model.layer_map is None
