"""Small modules whose forward pass is written beside the test, in either framework."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import numpy as np
import paddle
import torch

from padiff.protocols import Array
from tests.small.in_torch import Model

__all__ = ["Net", "PaddleNet", "chain", "sgd", "twin", "values"]

Forward: TypeAlias = Callable[..., Any]
M = TypeVar("M", bound=torch.nn.Module)


class Net(Model):
    """A torch module made of named parts, called as `run(self, *args, **kwargs)`."""

    def __init__(self, run: Forward, **parts: Any) -> None:
        super().__init__(**parts)
        self.run = run

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(self, *args, **kwargs)


class PaddleNet(paddle.nn.Layer):
    """The same in paddle."""

    def __init__(self, run: Forward, **parts: Any) -> None:
        super().__init__()
        self.run = run
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.run(self, *args, **kwargs)


def chain(*sizes: int) -> Net:
    """Linear layers `a`, `b`, ... with a tanh after each."""
    torch.manual_seed(0)
    parts = {chr(ord("a") + i): torch.nn.Linear(*pair) for i, pair in enumerate(pairwise(sizes))}

    def run(self: Any, x: Any) -> Any:
        for name in parts:
            x = torch.tanh(getattr(self, name)(x))
        return x

    return Net(run, **parts)


def sgd(model: Any, rate: float = 0.1) -> Any:
    """Its framework's plain gradient descent."""
    if isinstance(model, torch.nn.Module):
        return torch.optim.SGD(model.parameters(), rate)
    return paddle.optimizer.SGD(rate, parameters=model.parameters())


def twin(module: M) -> M:
    """The same model once more, sharing nothing with the first."""
    return copy.deepcopy(module)


def values(*shape: int, seed: int = 0) -> Array:
    """Normal float32 numbers."""
    return np.random.default_rng(seed).standard_normal(shape, np.float32)
