"""The example that PaDiff's documentation gives runs word for word, and wins over the layouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import paddle
import pytest
import torch

import padiff

EXAMPLE: Final = """
from padiff import add_special_init

def init_BatchNorm2D(module, layer):
    param_dict = {}
    for name, param in module.state_dict().items():
        name = name.replace("running_var", "_variance").replace("running_mean", "_mean")
        param_dict[name] = paddle.to_tensor(param.cpu().detach().numpy())
    layer.set_state_dict(param_dict)

add_special_init("torch", "BatchNorm2d", "paddle", "BatchNorm2D", init_BatchNorm2D)
"""


class SimpleLayer0(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bn = torch.nn.BatchNorm2d(3)


class SimpleLayer1(paddle.nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.bn = paddle.nn.BatchNorm2D(3)


@pytest.fixture
def example() -> Iterator[None]:
    """The example registered, for one test."""
    exec(EXAMPLE, {"paddle": paddle, "__name__": "example"})
    yield
    padiff.registry.unregister_init(("torch", "BatchNorm2d"), ("paddle", "BatchNorm2D"))


def trained() -> SimpleLayer0:
    base = SimpleLayer0()
    with torch.no_grad():
        for start, tensor in enumerate(base.bn.state_dict().values()):
            tensor.copy_(start + torch.arange(tensor.numel()).reshape(tensor.shape))
    return base


@pytest.mark.usefixtures("example")
def test_it_fills_a_mapped_layer() -> None:
    model0 = padiff.create_model(trained(), name="Simple0")
    model1 = padiff.create_model(SimpleLayer1(), name="Simple1")
    model0.set_layer_map([model0.model.bn])
    model1.set_layer_map([model1.model.bn])

    report = padiff.assign_weight(model0, model1)

    raw = model1.model.bn
    assert raw.weight is not None
    assert raw.bias is not None
    filled = [t.numpy() for t in (raw.weight, raw.bias, raw._mean, raw._variance)]
    np.testing.assert_array_equal(filled, [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]])
    assert {record.how for record in report.records} == {"initialised"}
    assert {record.note for record in report.records} == {
        "read by example.init_BatchNorm2D",
        "written by example.init_BatchNorm2D",
    }


@pytest.mark.usefixtures("example")
def test_it_wins_over_the_layouts_without_a_layer_map_too() -> None:
    report = padiff.assign_weight(trained(), SimpleLayer1())
    assert {record.how for record in report.records} == {"initialised"}


def test_without_it_the_layouts_do_the_same() -> None:
    raw = SimpleLayer1()
    padiff.assign_weight(trained(), raw)
    np.testing.assert_array_equal(raw.bn._variance.numpy(), [3, 4, 5])
