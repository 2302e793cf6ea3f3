"""Settings of recurrent layers, and what paddle's fused kernel cannot do."""

from __future__ import annotations

from typing import Any, Final

import paddle.nn as pnn
import pytest
from torch import nn

import padiff

from .differences import Difference, each, found, left
from .findings import lines

DIFFERENCES: Final = (
    Difference(
        "time first",
        lambda: nn.LSTM(3, 5),
        lambda: pnn.LSTM(3, 5),
        "error: (root)   batch_first   torch False = paddle time_major=True; "
        "found paddle time_major=False   write time_major=True",
        lambda: pnn.LSTM(3, 5, time_major=True),
    ),
    Difference(
        "time first, from paddle",
        lambda: pnn.GRU(3, 5),
        lambda: nn.GRU(3, 5),
        "error: (root)   batch_first   paddle time_major=False = torch True; found torch False   "
        "write batch_first=True",
        lambda: nn.GRU(3, 5, batch_first=True),
    ),
    Difference(
        "dropout between layers",
        lambda: nn.GRU(3, 5, 2, batch_first=True, dropout=0.5),
        lambda: pnn.GRU(3, 5, 2, dropout=0.1),
        "warning: (root)   dropout   torch 0.5 = paddle 0.5; found paddle 0.1   write dropout=0.5",
        lambda: pnn.GRU(3, 5, 2, dropout=0.5),
    ),
    Difference(
        "activation",
        lambda: nn.RNN(3, 5, batch_first=True, nonlinearity="relu"),
        lambda: pnn.SimpleRNN(3, 5),
        "error: (root)   activation   torch 'relu' = paddle 'relu'; found paddle 'tanh'   "
        "write activation='relu'",
        lambda: pnn.SimpleRNN(3, 5, activation="relu"),
    ),
    Difference(
        "activation of a cell",
        lambda: pnn.SimpleRNNCell(3, 5, activation="relu"),
        lambda: nn.RNNCell(3, 5),
        "error: (root)   activation   paddle 'relu' = torch 'relu'; found torch 'tanh'   "
        "write nonlinearity='relu'",
        lambda: nn.RNNCell(3, 5, nonlinearity="relu"),
    ),
    Difference(
        "activation of a wrapped cell",
        lambda: nn.RNN(3, 5, batch_first=True, nonlinearity="relu"),
        lambda: pnn.RNN(pnn.SimpleRNNCell(3, 5)),
        "error: (root)   activation   torch 'relu' = paddle 'relu'; found paddle 'tanh'   "
        "write activation='relu'",
        lambda: pnn.RNN(pnn.SimpleRNNCell(3, 5, activation="relu")),
    ),
    Difference(
        "a wrapped cell that runs backwards",
        lambda: nn.GRU(3, 5, batch_first=True),
        lambda: pnn.RNN(pnn.GRUCell(3, 5), is_reverse=True),
        "error: (root)   direction   torch bidirectional=False = paddle is_reverse=False; "
        "found paddle is_reverse=True   write is_reverse=False",
        lambda: pnn.RNN(pnn.GRUCell(3, 5)),
    ),
    Difference(
        "a wrapped cell that runs backwards, from paddle",
        lambda: pnn.RNN(pnn.GRUCell(3, 5), is_reverse=True),
        lambda: nn.GRU(3, 5, batch_first=True),
        "error: (root)   direction   paddle is_reverse=True; torch bidirectional=False   "
        "torch has no layer that only runs backwards: reverse its input in time",
    ),
    Difference(
        "both directions",
        lambda: nn.GRU(3, 5, batch_first=True, bidirectional=True),
        lambda: pnn.GRU(3, 5),
        "error: (root)   direction   torch bidirectional=True = paddle 'bidirect'; "
        "found paddle 'forward'   write direction='bidirect'",
        lambda: pnn.GRU(3, 5, direction="bidirectional"),
    ),
    Difference(
        "both directions, from paddle",
        lambda: pnn.BiRNN(pnn.GRUCell(3, 5), pnn.GRUCell(3, 5)),
        lambda: nn.GRU(3, 5, batch_first=True),
        "error: (root)   direction   paddle both = torch bidirectional=True; "
        "found torch bidirectional=False   write bidirectional=True",
        lambda: nn.GRU(3, 5, batch_first=True, bidirectional=True),
    ),
    Difference(
        "number of layers",
        lambda: nn.GRU(3, 5, 2, batch_first=True),
        lambda: pnn.GRU(3, 5),
        "error: (root)   num_layers   torch 2 = paddle 2; found paddle 1   write num_layers=2",
        lambda: pnn.GRU(3, 5, 2),
    ),
    Difference(
        "projection",
        lambda: nn.LSTM(3, 5, batch_first=True, proj_size=2),
        lambda: pnn.LSTM(3, 5),
        "error: (root)   proj_size   torch 2 = paddle 2; found paddle 0   write proj_size=2",
        lambda: pnn.LSTM(3, 5, proj_size=2),
    ),
    Difference(
        "missing biases",
        lambda: nn.LSTM(3, 5, batch_first=True, bias=False),
        lambda: pnn.LSTM(3, 5, bias_ih_attr=False, bias_hh_attr=False),
        "error: (root)   "
        "a bias attr is False: paddle's forward kills the interpreter, or raises   "
        "keep both biases in paddle's layer: the transfer fills them with 0",
        lambda: pnn.LSTM(3, 5),
    ),
    Difference(
        "Python loop",
        lambda: nn.GRU(3, 5, batch_first=True, bias=False),
        lambda: in_python(pnn.GRU(3, 5, bias_ih_attr=False, bias_hh_attr=False)),
        "error: (root)   could_use_cudnn=False: paddle's Python loop raises on the initial state   "
        "leave could_use_cudnn as it is, and keep both biases",
        lambda: pnn.GRU(3, 5),
    ),
)


def in_python(layer: Any) -> Any:
    layer.could_use_cudnn = False
    return layer


def frozen(layer: Any, name: str = "bias_ih_l0") -> Any:
    getattr(layer, name).stop_gradient = True
    return layer


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


@pytest.mark.parametrize("options", [{"bias_ih_attr": False}, {"bias_hh_attr": False}])
@pytest.mark.parametrize("layers", [1, 2])
def test_one_missing_bias_is_as_bad(options: dict[str, Any], layers: int) -> None:
    raw = pnn.SimpleRNN(3, 5, layers, **options)
    (line,) = lines(nn.RNN(3, 5, layers, batch_first=True), raw)
    assert line.startswith("error: (root)   a bias attr is False:")


def test_an_lstm_may_run_its_python_loop() -> None:
    raw = in_python(pnn.LSTM(3, 5, bias_ih_attr=False, bias_hh_attr=False))
    assert lines(nn.LSTM(3, 5, batch_first=True, bias=False), raw) == []


def test_a_frozen_parameter_keeps_the_fused_kernel_from_backward() -> None:
    base = nn.GRU(3, 5, batch_first=True)
    assert lines(base, frozen(pnn.GRU(3, 5))) == [
        (
            "warning: (root)   0.forward.bias_ih frozen: paddle's backward raises if any parameter is   "
            "let all be trainable, and leave the frozen ones out of the optimiser"
        )
    ]
    wrapped = pnn.RNN(frozen(pnn.GRUCell(3, 5), "bias_ih"))
    assert lines(base, wrapped) == []


def test_backward_in_eval_is_noted_of_the_fused_kernel_alone() -> None:
    base, raw = nn.LSTM(3, 5, batch_first=True).eval(), pnn.LSTM(3, 5)
    rule = "lstm.eval_backward"
    raw.eval()
    (note,) = padiff.lint(base, raw).findings
    assert (note.rule, note.severity) == (rule, "info")
    assert note.what == "the layer is in eval(), where paddle's backward raises"
    assert note.fix == "take gradients in train(), with dropout=0"
    assert padiff.lint(base, in_python(raw)).findings == ()
    in_train = padiff.lint(base.train(), pnn.LSTM(3, 5))
    assert in_train.findings == ()


def test_dropout_means_nothing_in_a_single_layer() -> None:
    with pytest.warns(UserWarning, match="num_layers greater than 1"):
        base = nn.LSTM(3, 5, batch_first=True, dropout=0.5)
    assert lines(base, pnn.LSTM(3, 5)) == []
    plain = nn.LSTM(3, 5, batch_first=True)
    assert lines(plain, pnn.LSTM(3, 5, dropout=0.5)) == []


def test_a_projected_cell_is_noted_bare_and_wrapped() -> None:
    base = nn.LSTM(3, 5, batch_first=True, proj_size=2)
    note = (
        "info: (root)   proj_size is set: called without initial states, paddle's cell raises   "
        "pass initial states, of shapes (batch, proj_size) and (batch, hidden_size)"
    )
    assert lines(base, pnn.LSTMCell(3, 5, proj_size=2)) == [note]
    assert lines(base, pnn.RNN(pnn.LSTMCell(3, 5, proj_size=2))) == [note]
    assert lines(nn.LSTM(3, 5, batch_first=True), pnn.LSTMCell(3, 5)) == []
