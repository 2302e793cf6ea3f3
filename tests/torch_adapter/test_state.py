"""torch's own ways of keeping tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import padiff
from padiff.protocols import FrameworkAdapter, LayerHandle, StateDictAdapter, SupportsViewCopy
from padiff_torch.adapter import TorchAdapter
from padiff_torch.state import TorchState

adapter = TorchAdapter()


def state(module: nn.Module) -> TorchState:
    return adapter.handle(module).state()


def test_a_type_checker_takes_the_classes_for_what_they_are() -> None:
    as_adapter: FrameworkAdapter = adapter
    as_copier: SupportsViewCopy = adapter
    as_handle: LayerHandle = adapter.handle(nn.Linear(2, 3))
    as_state: StateDictAdapter = as_handle.state()
    assert as_adapter.framework == as_handle.framework
    assert callable(as_copier.copy_view)
    assert list(as_state.specs) == ["weight", "bias"]


def test_a_sparse_gradient_is_dense_and_adds_up_repeated_rows() -> None:
    layer = nn.Embedding(5, 2, sparse=True)
    layer(torch.tensor([1, 1, 3])).sum().backward()
    assert layer.weight.grad is not None
    assert layer.weight.grad.is_sparse
    gradient = state(layer).gradients()["weight"]
    assert gradient.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1], [0, 0]]
    assert not gradient.flags.writeable


def test_a_buffer_in_the_middle_of_a_graph_has_no_gradient_and_no_warning() -> None:
    module = nn.Module()
    module.register_buffer("scaled", nn.Parameter(torch.ones(2)) * 2)
    assert state(module).gradients() == {}
    assert state(module).open("scaled").tolist() == [2, 2]


class Hiding(nn.Module):
    """Keeps a layer where torch does not see it; torch's LSTM lists its own parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.LSTM(2, 3)]


def test_an_lstm_in_a_plain_list_is_one_layer() -> None:
    expected = [f"layers.0.{name}" for name in nn.LSTM(2, 3).state_dict()]
    assert list(state(Hiding()).specs) == expected


def test_an_lstm_in_a_plain_list_is_transferred() -> None:
    base, raw = Hiding(), Hiding()
    assert padiff.assign_weight(base, raw).count("copied") == 4
    for name, tensor in base.layers[0].state_dict().items():
        torch.testing.assert_close(raw.layers[0].state_dict()[name], tensor)


def test_a_parametrised_module_answers_to_the_class_it_stands_for() -> None:
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    assert type(layer).__name__ == "ParametrizedLinear"
    assert adapter.handle(layer).class_names[:2] == (
        "torch.nn.Linear",
        "torch.nn.modules.linear.Linear",
    )


def test_a_removed_bias_and_a_child_of_none_are_no_tensors() -> None:
    layer = nn.Linear(2, 3, bias=False)
    layer.add_module("absent", None)
    assert list(state(layer).specs) == ["weight"]
    assert adapter.handle(layer).children() == []


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
def test_a_scripted_module_shows_its_tensors() -> None:
    scripted: Any = torch.jit.script(nn.Linear(2, 3))
    assert list(state(scripted).specs) == ["weight", "bias"]


@pytest.mark.parametrize("change", [torch.Tensor.t, lambda tensor: tensor.to(torch.float64)])
def test_a_snapshot_gives_data_back_that_was_set_to_another_shape_or_type(change: Any) -> None:
    layer = nn.Linear(2, 3)
    weight, values = layer.weight, layer.weight.detach().clone()
    restore = state(layer).snapshot()
    weight.data = change(weight.data)
    restore()
    assert layer.weight is weight
    assert (weight.shape, weight.dtype) == (values.shape, values.dtype)
    np.testing.assert_array_equal(weight.detach().numpy(), values.numpy())


def test_a_snapshot_undoes_a_parametrization() -> None:
    layer = nn.Linear(2, 3)
    weight, expected = layer.weight, layer(torch.ones(2)).detach()
    restore = state(layer).snapshot()
    nn.utils.parametrizations.weight_norm(layer)
    assert type(layer) is not nn.Linear
    restore()
    assert type(layer) is nn.Linear
    assert layer.weight is weight
    torch.testing.assert_close(layer(torch.ones(2)).detach(), expected)


def test_a_snapshot_gives_a_parametrised_layer_its_originals_back() -> None:
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3))
    before = layer.weight.detach().clone()
    restore = state(layer).snapshot()
    with torch.no_grad():
        layer.weight = torch.zeros(3, 2)
    restore()
    torch.testing.assert_close(layer.weight, before)
