"""A few layers, each with its weights where the other frameworks do not have them.

All take and return NumPy arrays. Weights are drawn from a generator, for no two layers alike.
"""

from __future__ import annotations

import numpy as np

from padiff.protocols import Array

from .modules import Module
from .tensors import Device, Parameter, Tensor

__all__ = [
    "BatchNorm",
    "Embedding",
    "Linear",
    "Recurrent",
    "Scale",
    "Sequential",
    "TransposedLinear",
]

_rng = np.random.default_rng(20)


def _weights(*shape: int) -> Array:
    return _rng.uniform(-1, 1, shape).astype(np.float32)


class Linear(Module):
    """`y = x W^T + b`, with `weight` of shape `(out, in)` and `bias` of shape `(out,)`."""

    def __init__(
        self, inside: int, outside: int, *, bias: bool = True, device: Device = "here"
    ) -> None:
        super().__init__()
        self.weight = Parameter(_weights(outside, inside), device)
        if bias:
            self.bias = Parameter(_weights(outside), device)

    def forward(self, x: Array) -> Array:
        out: Array = x @ self.weight.read().T
        return out + self.bias.read() if "bias" in self._parameters else out


class TransposedLinear(Module):
    """The same, with `kernel` of shape `(in, out)` and `offset` of shape `(1, out)`."""

    def __init__(
        self, inside: int, outside: int, *, bias: bool = True, device: Device = "here"
    ) -> None:
        super().__init__()
        if bias:
            self.offset = Parameter(_weights(1, outside), device)
        self.kernel = Parameter(_weights(inside, outside), device)

    def forward(self, x: Array) -> Array:
        out: Array = x @ self.kernel.read()
        return out + self.offset.read() if "offset" in self._parameters else out


class BatchNorm(Module):
    """Normalises the features of `(batch, features)`; every tensor has the shape `(features,)`."""

    def __init__(self, features: int, *, affine: bool = True, device: Device = "here") -> None:
        super().__init__()
        if affine:
            self.gamma = Parameter(1 + _weights(features) / 2, device)
            self.beta = Parameter(_weights(features), device)
        self.register_buffer("mean", Tensor(_weights(features), device))
        self.register_buffer("variance", Tensor(2 + _weights(features), device))

    def forward(self, x: Array) -> Array:
        if self.training:
            for buffer, value in ((self.mean, x.mean(0)), (self.variance, x.var(0))):
                buffer.write(0.9 * buffer.read() + np.float32(0.1) * value)
        mean, variance = self.mean.read(), self.variance.read()
        out: Array = (x - mean) / np.sqrt(variance + np.float32(1e-5))
        return out * self.gamma.read() + self.beta.read() if self._parameters else out


class Embedding(Module):
    """Looks rows up in `table`, of shape `(features, rows)`: one column a word."""

    def __init__(self, rows: int, features: int, *, device: Device = "here") -> None:
        super().__init__()
        self.table = Parameter(_weights(features, rows), device)

    def forward(self, words: Array) -> Array:
        found: Array = self.table.read().T[words]
        return found


class Recurrent(Module):
    """`h' = tanh(W_ih x + b_ih + W_hh h + b_hh)` over the first axis of `(time, batch, in)`.

    `packed` has the shape `(in + hidden + 2, hidden)`: W_ih^T, W_hh^T, b_ih and b_hh, one below
    the other.
    """

    def __init__(self, inside: int, hidden: int, *, device: Device = "here") -> None:
        super().__init__()
        self.packed = Parameter(_weights(inside + hidden + 2, hidden), device)

    def forward(self, x: Array) -> Array:
        packed = self.packed.read()
        inside, hidden = x.shape[-1], packed.shape[1]
        inward, across, biases = np.split(packed, (inside, inside + hidden))
        state = np.zeros((x.shape[1], hidden), packed.dtype)
        states = []
        for step in x:
            state = np.tanh(step @ inward + state @ across + biases.sum(0))
            states.append(state)
        return np.stack(states)


class Scale(Module):
    """`y = x * factor`: a module no layout is registered for."""

    def __init__(self, features: int, *, device: Device = "here") -> None:
        super().__init__()
        self.factor = Parameter(_weights(features), device)

    def forward(self, x: Array) -> Array:
        out: Array = x * self.factor.read()
        return out


class Sequential(Module):
    """Modules one after the other, named by their numbers."""

    def __init__(self, *modules: Module) -> None:
        super().__init__()
        for number, module in enumerate(modules):
            setattr(self, str(number), module)

    def forward(self, x: Array) -> Array:
        for module in self._children.values():
            x = module(x)
        return x
