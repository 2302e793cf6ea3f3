"""Rows 130 to 138: the cells of RNN, GRU and LSTM."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import paddle
import paddle.nn as pnn
import torch
from torch import nn

from .case import Case, PaddleInputs, Pin, Raises, TorchInputs, Twins
from .inputs import Inputs, normals
from .recurrent import NO_BIAS, states

# From a state of zeros the outputs would be blind to `weight_hh`.
H: Final = normals(x=(4, 3), h=(4, 5))
H_AND_C: Final = normals(x=(4, 3), h=(4, 5), c=(4, 5))
TWINS: Final[Twins] = (
    (
        Pin("0.forward.bias_ih", "bias_ih", "bias_ih"),
        Pin("0.forward.bias_hh", "bias_hh", "bias_hh"),
    ),
)


def new_state(cell: Any, inputs: PaddleInputs) -> object:
    """Run a paddle cell, which returns (h, h) or (h, (h, c)); torch's returns h or (h, c)."""
    _, state = states(cell, inputs)
    return state


def one_step(module: Any, inputs: TorchInputs) -> object:
    """Run a torch LSTM over one step of time, as a cell."""
    x, *state = (each.unsqueeze(0) for each in inputs.values())
    _, (h, c) = module(x, tuple(state) or None)
    return h.squeeze(0), c.squeeze(0)


def cell_case(
    row: int,
    name: str,
    torch_side: Callable[[], torch.nn.Module],
    paddle_side: Callable[[], paddle.nn.Layer],
    inputs: Inputs,
    **options: Any,
) -> Case:
    """A case of one step from a given state."""
    return Case(
        row,
        name,
        torch_side,
        paddle_side,
        inputs,
        run_torch=states,
        run_paddle=new_state,
        **options,
    )


def unbiased(row: int, name: str, torch_side: Any, paddle_side: Any, inputs: Inputs) -> Case:
    """A case without biases, where paddle keeps frozen ones of zeros."""
    return cell_case(
        row,
        f"{name} bias=False",
        partial(torch_side, 3, 5, bias=False),
        partial(paddle_side, 3, 5, **NO_BIAS),
        inputs,
        paddle_only={"bias_ih": 0.0, "bias_hh": 0.0},
    )


CASES: Final = (
    cell_case(
        130, "RNNCell", lambda: nn.RNNCell(3, 5), lambda: pnn.SimpleRNNCell(3, 5), H, twins=TWINS
    ),
    cell_case(
        131,
        "RNNCell relu",
        lambda: nn.RNNCell(3, 5, nonlinearity="relu"),
        lambda: pnn.SimpleRNNCell(3, 5, activation="relu"),
        H,
        twins=TWINS,
    ),
    cell_case(132, "GRUCell", lambda: nn.GRUCell(3, 5), lambda: pnn.GRUCell(3, 5), H),
    cell_case(
        133, "LSTMCell", lambda: nn.LSTMCell(3, 5), lambda: pnn.LSTMCell(3, 5), H_AND_C, twins=TWINS
    ),
    unbiased(134, "RNNCell", nn.RNNCell, pnn.SimpleRNNCell, H),
    unbiased(135, "GRUCell", nn.GRUCell, pnn.GRUCell, H),
    unbiased(136, "LSTMCell", nn.LSTMCell, pnn.LSTMCell, H_AND_C),
    Case(
        137,
        "LSTM proj_size / LSTMCell proj_size with states",
        lambda: nn.LSTM(3, 5, proj_size=2),
        lambda: pnn.LSTMCell(3, 5, proj_size=2),
        normals(x=(4, 3), h=(4, 2), c=(4, 5)),
        run_torch=one_step,
        run_paddle=new_state,
        twins=(
            (
                Pin("0.forward.bias_ih", "bias_ih_l0", "bias_ih"),
                Pin("0.forward.bias_hh", "bias_hh_l0", "bias_hh"),
            ),
        ),
    ),
    Case(
        138,
        "LSTM proj_size / LSTMCell proj_size, default states",
        lambda: nn.LSTM(3, 5, proj_size=2),
        lambda: pnn.LSTMCell(3, 5, proj_size=2),
        normals(x=(4, 3)),
        run_torch=one_step,
        expect=Raises(ValueError, "In operator matmul, the [1] dimension of Input(X)"),
    ),
)
