"""What a pair of models is, and how its two networks get their first weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import paddle
import torch
from numpy.typing import NDArray

TorchModel = TypeVar("TorchModel", bound=torch.nn.Module)
PaddleModel = TypeVar("PaddleModel", bound=paddle.nn.Layer)

Arrays = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class ModelPair:
    """One network in two frameworks, which compute the same once they share their weights."""

    name: str
    description: str
    """What the network is, and where its two trees of modules are named differently."""
    build_torch: Callable[[], torch.nn.Module]
    """A new network with weights of its own, the same at every call, in training mode."""
    build_paddle: Callable[[], paddle.nn.Layer]
    """A new network with weights of its own, the same at every call, in training mode."""
    inputs: Callable[[int], Arrays]
    """The positional arguments of both forwards, drawn from a seed: float32 or int64."""

    def torch_inputs(self, seed: int) -> tuple[torch.Tensor, ...]:
        """`inputs(seed)` as new torch tensors."""
        return tuple(torch.tensor(array) for array in self.inputs(seed))

    def paddle_inputs(self, seed: int) -> tuple[paddle.Tensor, ...]:
        """`inputs(seed)` as new paddle tensors."""
        return tuple(paddle.to_tensor(array) for array in self.inputs(seed))


def seeded_torch(build: Callable[[], TorchModel], seed: int) -> TorchModel:
    """Build under `seed`, move every bias, scale and statistic off 0 and 1, restore the RNG."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build()
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.ndim == 1 and tensor.is_floating_point():
                tensor.add_(torch.from_numpy(_noise(rng, tuple(tensor.shape))))
    return model


def seeded_paddle(build: Callable[[], PaddleModel], seed: int) -> PaddleModel:
    """Build under `seed`, move every bias, scale and statistic off 0 and 1, restore the RNG."""
    state = paddle.get_rng_state()
    paddle.seed(seed)
    try:
        model = build()
    finally:
        paddle.set_rng_state(state)
    rng = np.random.default_rng(seed)
    for _, parameter in model.named_parameters():
        if parameter.ndim == 1:
            parameter.set_value(parameter.numpy() + _noise(rng, tuple(parameter.shape)))
    return model


def _noise(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return rng.uniform(-0.2, 0.2, shape).astype(np.float32)
