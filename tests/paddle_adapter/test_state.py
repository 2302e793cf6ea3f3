"""paddle's own ways of keeping tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
from paddle import nn

import padiff
from padiff.protocols import FrameworkAdapter, LayerHandle, StateDictAdapter
from padiff_paddle.adapter import PaddleAdapter
from padiff_paddle.state import PaddleState

adapter = PaddleAdapter()


def state(layer: nn.Layer) -> PaddleState:
    return adapter.handle(layer).state()


def test_a_type_checker_takes_the_classes_for_what_they_are() -> None:
    as_adapter: FrameworkAdapter = adapter
    as_handle: LayerHandle = adapter.handle(nn.Linear(2, 3))
    as_state: StateDictAdapter = as_handle.state()
    assert as_adapter.framework == as_handle.framework
    assert list(as_state.specs) == ["weight", "bias"]


def test_a_sparse_gradient_is_dense_and_adds_up_repeated_rows() -> None:
    layer = nn.Embedding(5, 2, sparse=True)
    layer(paddle.to_tensor([1, 1, 3])).sum().backward()
    gradient = state(layer).gradients()["weight"]
    assert gradient.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1], [0, 0]]
    assert not gradient.flags.writeable


def on_paddles_fast_path(layer: nn.LSTM) -> paddle.Tensor:
    """The one buffer an LSTM computes from, once it has laid its weights out in it."""
    layer.flatten_parameters()
    flat: Any = vars(layer)["_flat_weight"][0]
    tensor: paddle.Tensor = flat
    return tensor


def test_an_lstms_flat_weight_is_no_tensor_of_its_own() -> None:
    layer = nn.LSTM(2, 3)
    on_paddles_fast_path(layer)
    assert [name for name in state(layer).specs if "flat" in name] == []


def test_what_is_written_to_a_cell_is_what_an_lstm_computes_with() -> None:
    layer = nn.LSTM(2, 3)
    flat = on_paddles_fast_path(layer)
    x = paddle.ones([1, 4, 2])
    before = layer(x)[0].numpy()
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        state(layer).open(f"0.cell.{name}")[...] = 0
    assert not flat.numpy().any()
    after = layer(x)[0].numpy()
    assert not np.array_equal(after, before)
    assert not after.any()


def test_a_snapshot_leaves_an_lstm_its_flat_weight() -> None:
    layer = nn.LSTM(2, 3)
    flat = on_paddles_fast_path(layer)
    before = flat.numpy()
    restore = state(layer).snapshot()
    layer.weight_ih_l0.set_value(paddle.zeros([12, 2]))
    layer.weight_hh_l0.data = paddle.zeros([12, 3])
    restore()
    np.testing.assert_array_equal(flat.numpy(), before)
    state(layer).open("0.cell.weight_hh")[...] = 7
    assert (flat.numpy() == 7).sum() == 36


def test_the_flat_names_are_other_names_of_the_cells_tensors() -> None:
    specs = state(nn.LSTM(2, 3, num_layers=2)).specs
    for layer in (0, 1):
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            flat, cell = specs[f"{name}_l{layer}"], specs[f"{layer}.cell.{name}"]
            assert flat.memory == cell.memory


def test_scrambled_flat_names_do_not_scramble_a_transfer() -> None:
    base, raw = nn.LSTM(2, 4, 2, proj_size=3), nn.LSTM(2, 4, 2, proj_size=3)
    specs = state(base).specs
    assert specs["weight_ih_l1"].memory == specs["0.cell.weight_ho"].memory  # not 1.cell.weight_ih
    padiff.assign_weight(base, raw)
    x = paddle.to_tensor(np.random.default_rng(0).normal(size=(2, 5, 2)).astype(np.float32))
    np.testing.assert_array_equal(raw(x)[0].numpy(), base(x)[0].numpy())


def test_the_tails_of_an_adaptive_softmax_are_found_though_paddle_does_not_see_them() -> None:
    layer = nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5, 12])
    seen = {spec.name for spec in state(layer).specs.values() if spec.persistent}
    assert seen == {"head_weight"} == set(layer.state_dict())
    assert {name for name in state(layer).specs if name not in seen} == {
        f"tail_weights.{i}.{j}" for i in (0, 1) for j in (0, 1)
    }


def test_statistics_are_parameters_that_are_not_trained() -> None:
    specs = state(nn.BatchNorm1D(3)).specs
    assert {name: (spec.role, spec.trainable) for name, spec in specs.items()} == {
        "weight": ("parameter", True),
        "bias": ("parameter", True),
        "_mean": ("parameter", False),
        "_variance": ("parameter", False),
    }


def test_an_rnns_dropout_state_is_a_buffer_without_values() -> None:
    spec = state(nn.GRU(2, 3)).specs["_dropout_state"]
    assert (spec.role, spec.persistent, spec.on_host) == ("buffer", False, False)
    assert spec.defect is not None


def test_a_plain_tensor_attribute_is_a_buffer_that_is_not_saved() -> None:
    layer = nn.Linear(2, 3)
    layer.scale = paddle.ones([2])
    spec = state(layer).specs["scale"]
    assert (spec.role, spec.persistent) == ("buffer", False)


@pytest.mark.parametrize("value", [paddle.ones([5]), paddle.ones([2, 3], dtype="float64")])
def test_a_snapshot_undoes_what_assign_does_in_silence(value: paddle.Tensor) -> None:
    layer = nn.Linear(2, 3)
    weight, before = layer.weight, layer.weight.numpy()
    restore = state(layer).snapshot()
    paddle.assign(value, weight)
    assert (tuple(weight.shape), weight.dtype) == (tuple(value.shape), value.dtype)
    restore()
    assert layer.weight is weight
    assert weight.dtype == paddle.float32
    np.testing.assert_array_equal(weight.numpy(), before)


def test_a_layer_that_contains_its_parent_ends_the_walk() -> None:
    root, child = nn.Layer(), nn.Linear(2, 3)
    root.add_sublayer("child", child)
    child.add_sublayer("parent", root)
    assert list(state(root).specs) == ["child.weight", "child.bias"]
