"""Blueprints built with paddle."""

from __future__ import annotations

from typing import Any

import paddle
from paddle import nn

from tests.parity.cases.case import paddle_default_dtype

from .blueprints import Group, Leaf, Noise, Part

__all__ = ["PaddleBuilder", "run"]


class Block(nn.Layer):
    """Runs its children in definition order."""

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        for child in self.children():
            x = child(x)
        return x


class Hidden(nn.Layer):
    """Keeps its layers in a plain list, where paddle does not see them."""

    def __init__(self, layers: list[nn.Layer]) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        for layer in self.layers:
            layer.eval()
            x = layer(x)
        return x


class Scale(nn.Layer):
    """A module nobody registered a layout for, with a parameter and two buffers."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.factor = self.create_parameter([features])
        self.register_buffer("shift", paddle.zeros([features], dtype=paddle.get_default_dtype()))
        self.register_buffer(
            "passing", paddle.zeros([features], dtype=paddle.get_default_dtype()), persistable=False
        )

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        out: paddle.Tensor = x * self.factor + self.shift + self.passing
        return out


class Filter(nn.Layer):
    """A convolution over one position."""

    def __init__(self, inside: int, outside: int, *, bias: bool) -> None:
        super().__init__()
        self.conv = nn.Conv1D(inside, outside, 1, bias_attr=None if bias else False)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        out: paddle.Tensor = self.conv(x[:, :, None])
        return out[:, :, 0]


class Recur(nn.Layer):
    """An LSTM over the batch as a sequence."""

    def __init__(self, inside: int, outside: int, *, both_ways: bool) -> None:
        super().__init__()
        hidden = outside // 2 if both_ways else outside
        layers = 2 if both_ways else 1
        direction = "bidirect" if both_ways else "forward"
        self.lstm = nn.LSTM(inside, hidden, layers, direction=direction)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        out: paddle.Tensor = self.lstm(x[None])[0]
        return out[0]


class Attend(nn.Layer):
    """Self-attention over the batch as a sequence."""

    def __init__(self, features: int, *, bias: bool) -> None:
        super().__init__()
        self.attention = nn.MultiHeadAttention(features, 2, bias_attr=None if bias else False)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        x = x[None]
        out: paddle.Tensor = self.attention(x, x, x)
        return out[0]


class PaddleBuilder:
    """Builds a part; `layers` are what became of its leaves, in order.

    Args:
        called: What the names of the modules begin with.
    """

    def __init__(self, called: str = "") -> None:
        self.called = called
        self.layers: list[nn.Layer] = []

    def model(self, group: Group, inside: int, rows: int) -> nn.Layer:
        """The whole network in double precision, in evaluation."""
        root = Block()
        with paddle_default_dtype("float64"):
            if rows:
                words = nn.Embedding(rows, inside)
                self.layers.append(words)
                root.add_sublayer(f"{self.called}words", words)
            root.add_sublayer(f"{self.called}body", self.build(group))
        root.eval()
        return root

    def build(self, part: Part) -> nn.Layer:
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

    def _block(self, group: Group, built: list[nn.Layer]) -> Block:
        block = Block()
        named = 0
        for part, module in zip(group.parts, built, strict=True):
            quiet = isinstance(part, Noise)
            name = f"quiet{len(list(block.children()))}" if quiet else f"{self.called}part{named}"
            block.add_sublayer(name, module)
            named += not quiet
        return block

    def _leaf(self, leaf: Leaf) -> nn.Layer:
        made: nn.Layer = _MAKERS[leaf.kind](leaf)
        self.layers.append(made)
        return made


def _linear(leaf: Leaf) -> nn.Layer:
    return nn.Linear(leaf.inside, leaf.outside, bias_attr=None if leaf.bias else False)


def _batch_norm(leaf: Leaf) -> nn.Layer:
    attribute = None if leaf.bias else False
    return nn.BatchNorm1D(leaf.inside, weight_attr=attribute, bias_attr=attribute)


def _twice(leaf: Leaf) -> nn.Layer:
    block, shared = Block(), _linear(leaf)
    for name in ("first", "again"):
        block._sub_layers[name] = shared
    return block


def _tied(leaf: Leaf) -> nn.Layer:
    block, one = Block(), _linear(leaf)
    other = _linear(leaf)
    other.weight = one.weight
    block.add_sublayer("one", one)
    block.add_sublayer("other", other)
    return block


_MAKERS: dict[str, Any] = {
    "linear": _linear,
    "conv": lambda leaf: Filter(leaf.inside, leaf.outside, bias=leaf.bias),
    "batch_norm": _batch_norm,
    "layer_norm": lambda leaf: nn.LayerNorm(leaf.inside, bias_attr=None if leaf.bias else False),
    "group_norm": lambda leaf: nn.GroupNorm(2, leaf.inside),
    "lstm": lambda leaf: Recur(leaf.inside, leaf.outside, both_ways=False),
    "both_ways": lambda leaf: Recur(leaf.inside, leaf.outside, both_ways=True),
    "attention": lambda leaf: Attend(leaf.inside, bias=leaf.bias),
    "scale": lambda leaf: Scale(leaf.inside),
    "twice": _twice,
    "tied": _tied,
}


def run(model: nn.Layer, inputs: Any) -> Any:
    """The model's output as an array."""
    with paddle.no_grad(), paddle_default_dtype("float64"):
        return model(paddle.to_tensor(inputs)).numpy()
