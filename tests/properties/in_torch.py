"""Blueprints built with torch."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from tests.parity.cases.case import torch_default_dtype

from .blueprints import Group, Leaf, Noise, Part

__all__ = ["TorchBuilder", "run"]


class Block(nn.Module):
    """Runs its children in definition order."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for child in self.children():
            x = child(x)
        return x


class Hidden(nn.Module):
    """Keeps its layers in a plain list, where torch does not see them."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer.eval()(x)
        return x


class Scale(nn.Module):
    """A module nobody registered a layout for, with a parameter and two buffers."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.ones(features))
        self.shift: torch.Tensor
        self.passing: torch.Tensor
        self.register_buffer("shift", torch.zeros(features))
        self.register_buffer("passing", torch.zeros(features), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.factor + self.shift + self.passing


class Filter(nn.Module):
    """A convolution over one position."""

    def __init__(self, inside: int, outside: int, *, bias: bool) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inside, outside, 1, bias=bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.conv(x[:, :, None])
        return out[:, :, 0]


class Recur(nn.Module):
    """An LSTM over the batch as a sequence."""

    def __init__(self, inside: int, outside: int, *, both_ways: bool) -> None:
        super().__init__()
        hidden = outside // 2 if both_ways else outside
        layers = 2 if both_ways else 1
        self.lstm = nn.LSTM(inside, hidden, layers, batch_first=True, bidirectional=both_ways)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.lstm(x[None])[0]
        return out[0]


class Attend(nn.Module):
    """Self-attention over the batch as a sequence."""

    def __init__(self, features: int, *, bias: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(features, 2, bias=bias, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x[None]
        out: torch.Tensor = self.attention(x, x, x)[0]
        return out[0]


class TorchBuilder:
    """Builds a part; `layers` are what became of its leaves, in order.

    Args:
        called: What the names of the modules begin with.
    """

    def __init__(self, called: str = "") -> None:
        self.called = called
        self.layers: list[nn.Module] = []

    def model(self, group: Group, inside: int, rows: int) -> nn.Module:
        """The whole network in double precision, in evaluation."""
        root = Block()
        with torch_default_dtype("float64"):
            if rows:
                words = nn.Embedding(rows, inside)
                self.layers.append(words)
                root.add_module(f"{self.called}words", words)
            root.add_module(f"{self.called}body", self.build(group))
        return root.eval()

    def build(self, part: Part) -> nn.Module:
        if isinstance(part, Leaf):
            return self._leaf(part)
        if isinstance(part, Noise):
            return nn.Dropout(0.5) if part.kind == "dropout" else nn.Identity()
        built = [self.build(inner) for inner in part.parts]
        if part.style == "sequential":
            return nn.Sequential(*built)
        if part.style == "hidden":
            return Hidden(built)
        return self._block(part, built)

    def _block(self, group: Group, built: list[nn.Module]) -> Block:
        block = Block()
        named = 0
        for part, module in zip(group.parts, built, strict=True):
            quiet = isinstance(part, Noise)
            name = f"quiet{len(list(block.children()))}" if quiet else f"{self.called}part{named}"
            block.add_module(name, module)
            named += not quiet
        return block

    def _leaf(self, leaf: Leaf) -> nn.Module:
        made: nn.Module = _MAKERS[leaf.kind](leaf)
        self.layers.append(made)
        return made


def _twice(leaf: Leaf) -> nn.Module:
    block, shared = Block(), nn.Linear(leaf.inside, leaf.inside, bias=leaf.bias)
    for name in ("first", "again"):
        block._modules[name] = shared
    return block


def _tied(leaf: Leaf) -> nn.Module:
    block, one = Block(), nn.Linear(leaf.inside, leaf.inside, bias=leaf.bias)
    other = nn.Linear(leaf.inside, leaf.inside, bias=leaf.bias)
    other.weight = one.weight
    block.add_module("one", one)
    block.add_module("other", other)
    return block


_MAKERS: dict[str, Any] = {
    "linear": lambda leaf: nn.Linear(leaf.inside, leaf.outside, bias=leaf.bias),
    "conv": lambda leaf: Filter(leaf.inside, leaf.outside, bias=leaf.bias),
    "batch_norm": lambda leaf: nn.BatchNorm1d(leaf.inside, affine=leaf.bias),
    "layer_norm": lambda leaf: nn.LayerNorm(leaf.inside, bias=leaf.bias),
    "group_norm": lambda leaf: nn.GroupNorm(2, leaf.inside),
    "lstm": lambda leaf: Recur(leaf.inside, leaf.outside, both_ways=False),
    "both_ways": lambda leaf: Recur(leaf.inside, leaf.outside, both_ways=True),
    "attention": lambda leaf: Attend(leaf.inside, bias=leaf.bias),
    "scale": lambda leaf: Scale(leaf.inside),
    "twice": _twice,
    "tied": _tied,
}


def run(model: nn.Module, inputs: Any) -> Any:
    """The model's output as an array."""
    with torch.no_grad():
        return model(torch.from_numpy(inputs)).numpy()
