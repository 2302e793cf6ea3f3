"""What paddle alone has: unique names, selected rows, two modes of dropout, fused operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
from paddle.nn import functional
from paddle.nn.functional import dropout2d

from padiff.errors import UsageError
from padiff_paddle.adapter import PaddleAdapter
from padiff_paddle.dropout import synced_dropout
from tests.capture.streams import Stream

ADAPTER = PaddleAdapter()
dropout: Any = functional.dropout  # paddle's annotations know no tensor of a probability


def ones(*shape: int) -> Any:
    return paddle.ones(shape)


def train(layer: Any, optimizer: Any) -> None:
    layer(ones(1, 2)).sum().backward()
    optimizer.step()


def test_an_optimizers_state_gets_the_names_it_would_have_had() -> None:
    names = []
    for interrupted in (False, True):
        with paddle.utils.unique_name.guard():
            layer = paddle.nn.Linear(2, 2)
            optimizer = paddle.optimizer.Adam(parameters=layer.parameters())
            if interrupted:
                with ADAPTER.preserved(layer, optimizer):
                    train(layer, optimizer)
                assert not [key for key in optimizer.state_dict() if "moment" in key]
            train(layer, optimizer)
            names.append(list(optimizer.state_dict()))
    assert names[0] == names[1]
    assert any("moment" in name for name in names[0])


def test_layers_made_meanwhile_may_be_made_again() -> None:
    layer = paddle.nn.Linear(2, 2)
    with ADAPTER.preserved(layer):
        first = paddle.nn.Linear(2, 2).weight.name
    assert paddle.nn.Linear(2, 2).weight.name == first


def test_a_buffer_without_values_has_none_again() -> None:
    layer: Any = paddle.nn.Layer()
    layer.register_buffer("lazy", paddle.Tensor())
    with ADAPTER.preserved(layer):
        paddle.assign(ones(2), output=layer.lazy)
        assert layer.lazy._is_initialized()
    assert not layer.lazy._is_initialized()


def test_a_learning_rate_schedule_is_the_users() -> None:
    layer = paddle.nn.Linear(2, 2)
    schedule = paddle.optimizer.lr.StepDecay(0.1, 1)
    optimizer = paddle.optimizer.SGD(schedule, layer.parameters())
    with ADAPTER.preserved(layer, optimizer):
        train(layer, optimizer)
        schedule.step()
    assert optimizer._learning_rate is schedule
    assert optimizer.get_lr() == pytest.approx(0.01)


def sparse() -> tuple[Any, Any]:
    """An embedding, and its gradient as it is now."""
    layer: Any = paddle.nn.Embedding(4, 2, sparse=True)
    (layer(paddle.to_tensor([1, 3, 1])) * paddle.to_tensor([[2.0], [1], [3]])).sum().backward()
    return layer, lambda: ADAPTER.array(layer.weight.grad).tolist()


def gradient_of(layer: Any) -> Any:
    return layer.weight.grad


def test_a_sparse_gradient_is_set_aside() -> None:
    layer, gradient = sparse()
    assert gradient() == [[0, 0], [5, 5], [0, 0], [1, 1]]
    with paddle.no_grad(), ADAPTER.preserved(layer):
        assert gradient_of(layer) is None
        with paddle.enable_grad():
            layer(paddle.to_tensor([1])).sum().backward()
    assert gradient() == [[0, 0], [5, 5], [0, 0], [1, 1]]
    assert gradient_of(layer).get_selected_rows().rows() == [1, 3, 1]


def test_a_sparse_gradient_is_set_in_the_rows_it_has() -> None:
    layer, gradient = sparse()
    ADAPTER.set_gradients(layer, {"weight": np.arange(8, dtype=np.float32).reshape(4, 2)})
    assert gradient() == [[0, 0], [2, 3], [0, 0], [6, 7]]


def test_a_sparse_tensor_is_seen_as_it_is() -> None:
    sparse = paddle.to_tensor([[0.0, 2.0], [3.0, 0.0]]).to_sparse_coo(2)
    assert ADAPTER.array(sparse).tolist() == [[0, 2], [3, 0]]
    assert ADAPTER.identity(sparse) != ADAPTER.identity(sparse)


def test_what_a_user_took_from_dlpack_can_be_watched() -> None:
    layer = paddle.nn.Linear(4, 4)
    x = paddle.from_dlpack(np.ones((2, 4), np.float32))
    x.stop_gradient = False
    alias = ADAPTER.alias(ADAPTER.alias(x))
    seen: list[Any] = []
    ADAPTER.watch_gradient(alias, seen.append)
    ADAPTER.backward(layer(alias).sum())
    assert len(seen) == 1


def test_dropout_that_was_imported_by_name_is_synchronised() -> None:
    stream = Stream()
    with synced_dropout(stream):
        dropout(ones(2, 3), 0.5)
        dropout(ones(2, 3), paddle.to_tensor(0.5))
        dropout2d(ones(2, 3, 4, 4), 0.5)
        dropout(ones(2, 3, 4), 0.5, axis=[0, 2])
    assert stream.shapes == [(2, 3), (2, 3), (2, 3, 1, 1), (2, 1, 4)]


@pytest.mark.parametrize("axis", [None, [0, 1]])
def test_both_modes_scale_as_they_do(axis: Any) -> None:
    for mode, scale in (("upscale_in_train", 4 / 3), ("downscale_in_infer", 1)):
        stream = Stream()
        with synced_dropout(stream):
            result = dropout(ones(2, 3), 0.25, axis=axis, mode=mode)
            inference = dropout(ones(2, 3), 0.25, axis=axis, training=False, mode=mode)
        assert np.allclose(result, (stream.numbers[0] >= 0.25) * scale)
        assert np.allclose(inference, 1 if scale > 1 else 0.75)
        assert len(stream.shapes) == 1


def test_dropout_in_place_writes_its_input() -> None:
    stream, x = Stream(), ones(4, 4)
    with synced_dropout(stream):
        result: Any = dropout(x, 0.5, inplace=True)
    assert result is x
    assert np.array_equal(x, 2 * (stream.numbers[0] >= 0.5))


def test_numbers_a_model_draws_itself_are_its_own() -> None:
    paddle.seed(0)
    expected = [paddle.uniform([3]).numpy(), paddle.bernoulli(ones(3) / 2).numpy()]
    paddle.seed(0)
    stream = Stream()
    with synced_dropout(stream):
        drawn = [paddle.uniform([3]).numpy(), paddle.bernoulli(ones(3) / 2).numpy()]
    assert stream.shapes == []
    assert np.array_equal(drawn, expected)


def test_what_cannot_be_synchronised_says_which_layer_it_is() -> None:
    with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
        paddle.nn.RReLU()(ones(3))
    assert str(caught.value) == (
        "RReLU draws random slopes in training: it cannot be synchronised.\n"
        "  where:    RReLU(lower=0.125, upper=0.3333333333333333, training=True, dtype=float32)\n"
        "  hint:     Call its eval() meanwhile."
    )

    class Fused(paddle.nn.Layer):
        def forward(self, x: Any, p: float) -> Any:
            operator: Any = paddle._C_ops.fused_dropout_add
            return operator(x, x, None, p, False, "upscale_in_train", 0, False)

    layer = Fused()
    with pytest.raises(UsageError) as caught, synced_dropout(Stream()):
        layer(ones(2, 3), 0.5)
    assert str(caught.value) == (
        "paddle's operator fused_dropout_add drops inside: it cannot be synchronised.\n"
        "  where:    Fused()\n"
        "  hint:     Use the plain layers."
    )


def test_in_eval_nothing_is_refused() -> None:
    layer = paddle.nn.RReLU()
    layer.eval()
    with synced_dropout(Stream()):
        layer(ones(3))
