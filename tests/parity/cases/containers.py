"""Rows 195 to 199: containers, of layers and of parameters."""

from __future__ import annotations

from typing import Final

import paddle
import paddle.nn as pnn
import torch
from torch import nn

from .case import Case
from .inputs import normals

X: Final = normals(x=(4, 5))


def parameter(*shape: int) -> paddle.Tensor:
    """A bare parameter of paddle's default dtype."""
    return paddle.create_parameter(list(shape), paddle.get_default_dtype())


CASES: Final = (
    Case(
        195,
        "Sequential",
        lambda: nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 2)),
        lambda: pnn.Sequential(pnn.Linear(5, 7), pnn.ReLU(), pnn.Linear(7, 2)),
        X,
    ),
    Case(
        196,
        "ModuleList / LayerList",
        lambda: nn.ModuleList([nn.Linear(5, 7), nn.PReLU()]),
        lambda: pnn.LayerList([pnn.Linear(5, 7), pnn.PReLU()]),
        X,
        run_torch=lambda layers, given: layers[1](layers[0](given["x"])),
        run_paddle=lambda layers, given: layers[1](layers[0](given["x"])),
    ),
    Case(
        197,
        "ModuleDict / LayerDict",
        lambda: nn.ModuleDict({"a": nn.Linear(5, 7)}),
        lambda: pnn.LayerDict({"a": pnn.Linear(5, 7)}),
        X,
        run_torch=lambda layers, given: layers["a"](given["x"]),
        run_paddle=lambda layers, given: layers["a"](given["x"]),
    ),
    Case(
        198,
        "ParameterList",
        lambda: nn.ParameterList([nn.Parameter(torch.zeros(5, 7)), nn.Parameter(torch.zeros(7))]),
        lambda: pnn.ParameterList([parameter(5, 7), parameter(7)]),
        X,
        run_torch=lambda held, given: given["x"] @ held[0] + held[1],
        run_paddle=lambda held, given: given["x"] @ held[0] + held[1],
    ),
    Case(
        199,
        "ParameterDict",
        lambda: nn.ParameterDict({"w": nn.Parameter(torch.zeros(5, 7))}),
        lambda: pnn.ParameterDict({"w": parameter(5, 7)}),
        X,
        run_torch=lambda held, given: given["x"] @ held["w"],
        run_paddle=lambda held, given: given["x"] @ held["w"],
    ),
)
