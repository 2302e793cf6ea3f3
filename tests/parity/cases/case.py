"""One measured pair of layers: how each side is built, fed and run, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import paddle
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from paddle.nn import Layer
from torch.nn import Module

from .chatter import expected_warnings

Dtype: TypeAlias = Literal["float32", "float64"]
Outcome: TypeAlias = Literal["match", "differs", "raises", "crashes"]
Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = dict[str, Array]
TorchInputs: TypeAlias = Mapping[str, torch.Tensor]
PaddleInputs: TypeAlias = Mapping[str, paddle.Tensor]

DTYPES: Final[tuple[Dtype, ...]] = ("float32", "float64")


@dataclass(frozen=True, slots=True)
class Matches:
    """Outputs, input gradients and parameter gradients agree."""

    outcome: Outcome = "match"


@dataclass(frozen=True, slots=True)
class Differs:
    """Both sides run with the same weights, and what they compute is not the same."""

    outputs: bool = False
    """Whether the outputs differ."""
    input_gradients: bool = False
    """Whether the gradients of the inputs differ."""
    parameter_gradients: bool = False
    """Whether the gradient of at least one parameter differs."""
    outcome: Outcome = "differs"


@dataclass(frozen=True, slots=True)
class Raises:
    """The paddle side raises; the torch side runs."""

    exception: type[Exception]
    """The type that was raised."""
    text: str
    """A part of the message."""
    when: Literal["build", "forward"] = "forward"
    """Whether the constructor or the forward raises."""
    outcome: Outcome = "raises"


@dataclass(frozen=True, slots=True)
class Crashes:
    """The paddle side kills the interpreter in its forward: run it in a subprocess, always."""

    outcome: Outcome = "crashes"


@dataclass(frozen=True, slots=True)
class Training:
    """What three forward and backward passes in train() do, no optimiser in between."""

    outputs: bool = True
    """Whether the outputs of the third pass agree."""
    gradients: bool = True
    """Whether the gradients of the third pass agree."""
    apart: tuple[str, ...] = ()
    """The torch state names of the buffers that the two sides leave different."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One tensor by its native names, for a comparison that needs no layout."""

    name: str
    """Its canonical name, below the path of its layer in the torch module."""
    torch: str
    """Its torch state name."""
    paddle: str
    """Its paddle state name."""
    torch_rows: slice | None = None
    """The part of the first axis that holds it; None for all of it."""
    paddle_rows: slice | None = None


Twins: TypeAlias = tuple[tuple[Pin, Pin], ...]


def call(module: Any, inputs: Mapping[str, Any]) -> object:
    """Call a module or a layer with all inputs, in order."""
    return module(*inputs.values())


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the measured table: a torch module, a paddle layer, and how they compare.

    `inputs` are given in torch's arrangement of axes, and both `run_*` return outputs in it too,
    so that outputs, and gradients of the inputs, compare as they are.
    """

    row: int
    """The number of the row, from 1; cases that are not in the table go on from it."""
    name: str
    torch: Callable[[], Module]
    """Builds the torch side in the default dtype; call `build_torch` instead."""
    paddle: Callable[[], Layer]
    """Builds the paddle side in the default dtype; call `build_paddle` instead."""
    inputs: Callable[[Generator, Dtype], Arrays]
    """The inputs by name; what is floating and not in `constants` takes a gradient."""
    run_torch: Callable[[Any, TorchInputs], object] = call
    """Runs the torch side; returns a tensor, or tensors in nested tuples."""
    run_paddle: Callable[[Any, PaddleInputs], object] = call
    """Runs the paddle side; its tensors pair with those of `run_torch`, in order."""
    constants: frozenset[str] = frozenset()
    """Floating inputs that take no gradient (targets)."""
    expect: Matches | Differs | Raises | Crashes = field(default_factory=Matches)
    gradients_in: Literal["eval", "train"] = "eval"
    """The mode in which gradients are taken: paddle's fused RNNs have none in eval()."""
    training: Training | None = None
    """What was seen in train(); None where it was not measured."""
    zero_row: int | None = None
    """The row of `weight` that holds zeros on both sides (the padding row)."""
    torch_only: tuple[str, ...] = ()
    """State names that only the torch side has."""
    paddle_only: Mapping[str, float] = field(default_factory=dict)
    """State names that only the paddle side has, and the value that makes them neutral."""
    blind: tuple[Pin, ...] = ()
    """Tensors that the outputs do not depend on, or that outputs cannot be taken for."""
    twins: Twins = ()
    """Pairs of tensors that may change places unseen by the outputs."""

    @property
    def outcome(self) -> Outcome:
        """How the two sides compare, in a word."""
        return self.expect.outcome

    @property
    def id(self) -> str:
        """The name of this case in the list of tests."""
        return f"{self.row:03d} {self.name}"

    def build_torch(self, dtype: Dtype) -> Module:
        """A new torch module in `dtype`, in eval()."""
        with expected_warnings(), torch_default_dtype(dtype):
            return self.torch().eval()

    def build_paddle(self, dtype: Dtype) -> Layer:
        """A new paddle layer in `dtype`, in eval()."""
        with expected_warnings(), paddle_default_dtype(dtype):
            layer = self.paddle()
        layer.eval()
        return layer


@contextmanager
def torch_default_dtype(dtype: Dtype) -> Iterator[None]:
    """Build torch modules in `dtype`."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def paddle_default_dtype(dtype: Dtype) -> Iterator[None]:
    """Build and run paddle layers in `dtype`.

    Not all of them can be converted afterwards, and some make their first state in the default
    dtype of the moment.
    """
    before = paddle.get_default_dtype()
    paddle.set_default_dtype(dtype)
    try:
        yield
    finally:
        paddle.set_default_dtype(before)
