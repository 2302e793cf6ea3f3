"""`create_model` keeps the type of what it wraps, so that attributes of `model.model` are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import paddle
import torch
from typing_extensions import assert_type

import padiff
from padiff import ProxyModel, TransferReport


class SimpleLayer0(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear1 = torch.nn.Linear(2, 2)
        self.linear2 = torch.nn.Linear(2, 2)


class SimpleLayer1(paddle.nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.linear1 = paddle.nn.Linear(2, 2)
        self.linear2 = paddle.nn.Linear(2, 2)


def test_the_model_is_typed_as_what_came_in() -> None:
    model0 = padiff.create_model(SimpleLayer0(), name="Simple0")
    model1 = padiff.create_model(SimpleLayer1(), "Simple1")
    assert_type(model0, ProxyModel[SimpleLayer0])
    assert_type(model0.model, SimpleLayer0)
    assert_type(model0.model.linear1, torch.nn.Linear)
    assert_type(model1.model.linear2, paddle.nn.Linear)
    model0.set_layer_map([model0.model.linear1, model0.model.linear2])
    model1.set_layer_map([model1.model.linear1, model1.model.linear2])
    assert_type(padiff.assign_weight(model0, model1), TransferReport)


def test_a_proxy_comes_back_as_it_is() -> None:
    model = padiff.create_model(SimpleLayer0())
    again = padiff.create_model(model)
    assert_type(again, ProxyModel[SimpleLayer0])
    assert again is model


def test_a_name_and_a_framework_are_text() -> None:
    model = padiff.create_model(SimpleLayer1())
    assert_type(model.name, str)
    assert (model.name, model.framework) == ("SimpleLayer1", "paddle")


def test_it_is_called_like_the_model() -> None:
    output: Any = padiff.create_model(torch.nn.Linear(2, 3))(torch.ones(1, 2))
    assert output.shape == (1, 3)


if TYPE_CHECKING:
    model = padiff.create_model(torch.nn.Linear(2, 2))
    width: str = padiff.create_model(SimpleLayer0()).model.linear1.in_features  # type: ignore[assignment]
    model.auto_layer_map("source")  # type: ignore[arg-type]
    model.set_layer_map(model.model)  # type: ignore[arg-type]
    padiff.create_model(model.model, 3)  # type: ignore[call-overload]
    padiff.assign_weight(model, model, ignored=["fc"])  # type: ignore[call-arg]
    model.model = torch.nn.Linear(2, 2)  # type: ignore[misc]
