"""Whether each tensor of a torch layer is in the paddle layer: read without padiff."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import paddle
import torch
from numpy.typing import NDArray

from .blueprints import Kind, Leaf

__all__ = ["differences", "fill"]

Array = NDArray[Any]


def fill(layers: Sequence[Any], seed: int) -> None:
    """Give every tensor of torch or paddle layers values of its own, which no other tensor has."""
    rng = np.random.default_rng(seed)
    for layer in layers:
        for name, tensor in [*layer.named_parameters(), *layer.named_buffers()]:
            positive = name.rpartition(".")[2] in ("running_var", "_variance")
            low, high = (0.5, 1.5) if positive else (-0.7, 0.7)
            values = rng.uniform(low, high, tuple(tensor.shape))
            if isinstance(tensor, paddle.Tensor):
                if tensor._is_initialized():
                    tensor.set_value(paddle.to_tensor(values, dtype=tensor.dtype))
            elif tensor.is_floating_point():
                tensor.detach().copy_(torch.from_numpy(values))


def differences(
    leaves: Sequence[Leaf], torch_layers: Sequence[Any], paddle_layers: Sequence[Any]
) -> list[str]:
    """What is not equal, bit for bit."""
    return [
        f"{number} {leaf.kind} {name}"
        for number, leaf in enumerate(leaves)
        for name, one, other in _PAIRS[leaf.kind](torch_layers[number], paddle_layers[number])
        if one.shape != other.shape or one.tobytes() != other.tobytes()
    ]


Pairs: TypeAlias = Iterator[tuple[str, Array, Array]]


def _named(ours: Any, theirs: Any, **names: str) -> Pairs:
    """Tensors by torch's name and paddle's, without those that both sides lack."""
    for name, other in names.items():
        one = getattr(ours, name)
        if one is not None:
            yield name, one.detach().numpy(), getattr(theirs, other).numpy()


def _linear(ours: Any, theirs: Any) -> Pairs:
    yield "weight", ours.weight.detach().numpy(), theirs.weight.numpy().T
    yield from _named(ours, theirs, bias="bias")


def _linears(ours: Any, theirs: Any) -> Pairs:
    for name in ours._modules:
        for inner, one, other in _linear(getattr(ours, name), getattr(theirs, name)):
            yield f"{name}.{inner}", one, other


def _conv(ours: Any, theirs: Any) -> Pairs:
    return _named(ours.conv, theirs.conv, weight="weight", bias="bias")


def _norm(ours: Any, theirs: Any) -> Pairs:
    return _named(ours, theirs, weight="weight", bias="bias")


def _batch_norm(ours: Any, theirs: Any) -> Pairs:
    yield from _norm(ours, theirs)
    yield from _named(ours, theirs, running_mean="_mean", running_var="_variance")


def _scale(ours: Any, theirs: Any) -> Pairs:
    return _named(ours, theirs, factor="factor", shift="shift", passing="passing")


def _attention(ours: Any, theirs: Any) -> Pairs:
    ours, theirs = ours.attention, theirs.attention
    yield from _linear(ours.out_proj, theirs.out_proj)
    for i, projection in enumerate("qkv"):
        layer = getattr(theirs, f"{projection}_proj")
        weight = np.split(ours.in_proj_weight.detach().numpy(), 3)[i]
        yield f"{projection}.weight", weight, layer.weight.numpy().T
        if ours.in_proj_bias is not None:
            bias = np.split(ours.in_proj_bias.detach().numpy(), 3)[i]
            yield f"{projection}.bias", bias, layer.bias.numpy()


def _recurrent(ours: Any, theirs: Any) -> Pairs:
    for number, layer in enumerate(theirs.lstm):
        both_ways = hasattr(layer, "cell_bw")
        cells = {"": layer.cell_fw, "_reverse": layer.cell_bw} if both_ways else {"": layer.cell}
        for suffix, cell in cells.items():
            names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            yield from _named(ours.lstm, cell, **{f"{n}_l{number}{suffix}": n for n in names})


_PAIRS: dict[Kind, Callable[[Any, Any], Pairs]] = {
    "embedding": lambda ours, theirs: _named(ours, theirs, weight="weight"),
    "linear": _linear,
    "conv": _conv,
    "batch_norm": _batch_norm,
    "layer_norm": _norm,
    "group_norm": _norm,
    "lstm": _recurrent,
    "both_ways": _recurrent,
    "attention": _attention,
    "scale": _scale,
    "twice": _linears,
    "tied": _linears,
}
