"""Rows 85 to 129: RNN, GRU and LSTM, and paddle's wrappers of a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import paddle
import paddle.nn as pnn
from torch import nn

from .case import Case, Crashes, PaddleInputs, Pin, Raises, Twins
from .inputs import normals

Options: TypeAlias = Mapping[str, Any]

SEQUENCE: Final = normals(x=(2, 4, 3))
NO_BIAS: Final = {"bias_ih_attr": False, "bias_hh_attr": False}
ONE_BOTH_WAYS: Final = {"direction": "bidirect"}


def states(layer: Any, inputs: Mapping[str, Any]) -> Any:
    """Call a layer with its initial state: h, or (h, c)."""
    x, *given = inputs.values()
    return layer(x, given[0] if len(given) == 1 else tuple(given))


def in_python(layer: Any) -> Any:
    """Make a paddle layer run its Python loop, which a missing bias does not kill."""
    layer.could_use_cudnn = False
    return layer


def cells(layers: int, both_ways: bool) -> Iterator[tuple[str, str, str]]:
    """Of each cell the beginning of its canonical and paddle names, and the end of torch's."""
    for index in range(layers):
        if both_ways:
            yield f"{index}.forward.", f"{index}.cell_fw.", f"_l{index}"
            yield f"{index}.reverse.", f"{index}.cell_bw.", f"_l{index}_reverse"
        else:
            yield f"{index}.forward.", f"{index}.cell.", f"_l{index}"


def twin_biases(layers: int = 1, both_ways: bool = False) -> Twins:
    """The two biases of each cell, which RNN and LSTM only ever add up."""
    return tuple(
        (
            Pin(f"{canonical}bias_ih", f"bias_ih{end}", f"{start}bias_ih"),
            Pin(f"{canonical}bias_hh", f"bias_hh{end}", f"{start}bias_hh"),
        )
        for canonical, start, end in cells(layers, both_ways)
    )


def zero_biases(layers: int = 1, both_ways: bool = False) -> dict[str, float]:
    """The biases that paddle keeps where torch has none."""
    return {
        f"{start}{bias}": 0.0
        for _, start, _ in cells(layers, both_ways)
        for bias in ("bias_ih", "bias_hh")
    }


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of recurrent layer, with the arguments that all of its rows share."""

    name: str
    torch: Callable[..., nn.Module]
    paddle: Callable[..., pnn.Layer]
    torch_options: Options = field(default_factory=dict)
    paddle_options: Options = field(default_factory=dict)
    state_names: tuple[str, ...] = ("h",)
    twins: bool = True
    """Whether the two biases of a cell may change places: not in a GRU."""

    def case(
        self,
        row: int,
        what: str,
        torch_options: Options,
        paddle_options: Options,
        python: bool = False,
        **options: Any,
    ) -> Case:
        """The case `row`, given what it adds to the options of the family."""
        paddle_given = {**self.paddle_options, **paddle_options}

        def paddle_side() -> pnn.Layer:
            layer = self.paddle(3, 5, **paddle_given)
            return in_python(layer) if python else layer

        return Case(
            row,
            f"{self.name} {what}",
            lambda: self.torch(3, 5, **self.torch_options, **torch_options),
            paddle_side,
            **{"inputs": SEQUENCE, "gradients_in": "train", **options},
        )

    def biased(self, layers: int = 1, both_ways: bool = False) -> Twins:
        """The twins of a layer with biases."""
        return twin_biases(layers, both_ways) if self.twins else ()

    def with_biases(self, row: int) -> Iterator[Case]:
        """Four rows in which both sides have all biases."""
        first, stack = {"batch_first": True}, {"num_layers": 2}
        yield self.case(row, "batch_first", first, {}, twins=self.biased())
        yield self.case(row + 1, "time-major", {}, {"time_major": True}, twins=self.biased())
        yield self.case(row + 2, "2 layers", first | stack, stack, twins=self.biased(2))
        yield self.case(
            row + 3,
            "2 layers bidirectional",
            first | stack | {"bidirectional": True},
            stack | ONE_BOTH_WAYS,
            twins=self.biased(2, both_ways=True),
        )

    def without_biases(self, row: int) -> Iterator[Case]:
        """Two rows in which paddle cannot do without its biases."""
        first = {"batch_first": True, "bias": False}
        yield self.case(
            row, "bias=False", first, NO_BIAS, expect=Crashes(), paddle_only=zero_biases()
        )
        yield self.case(
            row + 1,
            "bias=False bidirectional",
            first | {"bidirectional": True},
            NO_BIAS | ONE_BOTH_WAYS,
            expect=Raises(IndexError, "list assignment index out of range", when="build"),
            paddle_only=zero_biases(both_ways=True),
        )

    def in_python_without_biases(self, row: int) -> Iterator[Case]:
        """Two rows in which paddle's Python loop trips over its own initial state."""
        what = "bias=False, could_use_cudnn=False"
        first = {"batch_first": True, "bias": False}
        yield self.case(
            row,
            what,
            first,
            NO_BIAS,
            python=True,
            expect=Raises(AttributeError, "'tuple' object has no attribute 'ndim'"),
            paddle_only=zero_biases(),
        )
        yield self.case(
            row + 1,
            f"{what}, initial state given",
            first,
            NO_BIAS,
            python=True,
            inputs=normals(x=(2, 4, 3), h=(1, 2, 5)),
            run_torch=states,
            run_paddle=states,
            expect=Raises(AttributeError, "'list' object has no attribute 'ndim'"),
            paddle_only=zero_biases(),
        )

    def safe_and_stateful(self, row: int) -> Iterator[Case]:
        """The counterpart of bias=False that works, and a given initial state."""
        first, stack = {"batch_first": True}, {"num_layers": 2}
        yield self.case(
            row,
            "bias=False 2 layers / biases kept and zeroed",
            first | stack | {"bias": False},
            stack,
            paddle_only=zero_biases(2),
        )
        yield self.case(
            row + 1,
            "given initial state",
            first,
            {},
            inputs=normals(x=(2, 4, 3), **dict.fromkeys(self.state_names, (1, 2, 5))),
            run_torch=states,
            run_paddle=states,
            twins=self.biased(),
        )


TANH: Final = Family("RNN", nn.RNN, pnn.SimpleRNN)
RELU: Final = Family(
    "RNN relu", nn.RNN, pnn.SimpleRNN, {"nonlinearity": "relu"}, {"activation": "relu"}
)
GRU: Final = Family("GRU", nn.GRU, pnn.GRU, twins=False)
LSTM: Final = Family("LSTM", nn.LSTM, pnn.LSTM, state_names=("h", "c"))


def ten_rows(family: Family, row: int) -> Iterator[Case]:
    """The rows of a family whose Python loop cannot run without biases."""
    yield from family.with_biases(row)
    yield from family.without_biases(row + 4)
    yield from family.in_python_without_biases(row + 6)
    yield from family.safe_and_stateful(row + 8)


def lstm_rows() -> Iterator[Case]:
    """The LSTM's rows: its Python loop runs, and it can project its output."""
    first = {"batch_first": True}
    yield from LSTM.with_biases(115)
    yield from LSTM.without_biases(119)
    yield LSTM.case(
        121,
        "bias=False, could_use_cudnn=False",
        first | {"bias": False},
        NO_BIAS,
        python=True,
        paddle_only=zero_biases(),
    )
    yield from LSTM.safe_and_stateful(122)
    projected = {"proj_size": 2}
    yield LSTM.case(124, "proj_size", first | projected, projected, twins=twin_biases())
    yield LSTM.case(
        125,
        "proj_size 2 layers bidirectional",
        first | projected | {"num_layers": 2, "bidirectional": True},
        projected | {"num_layers": 2} | ONE_BOTH_WAYS,
        twins=twin_biases(2, both_ways=True),
    )
    yield LSTM.case(
        126,
        "bidirectional (keys via the flat aliases)",
        first | {"bidirectional": True},
        ONE_BOTH_WAYS,
        twins=twin_biases(1, both_ways=True),
    )


def with_layer_axis(layer: Any, inputs: PaddleInputs) -> object:
    """Run paddle's wrapper of a cell, whose states lack the layer axis."""
    out, state = layer(inputs["x"])
    if isinstance(state, tuple):
        return out, tuple(each.unsqueeze(0) for each in state)
    return out, state.unsqueeze(0)


def both_directions(layer: Any, inputs: PaddleInputs) -> object:
    """Run paddle's wrapper of two cells, whose states come as a pair."""
    out, (forward, backward) = layer(inputs["x"])
    return out, paddle.stack([forward, backward])


WRAPPED: Final = (
    (
        Pin("0.forward.bias_ih", "bias_ih_l0", "cell.bias_ih"),
        Pin("0.forward.bias_hh", "bias_hh_l0", "cell.bias_hh"),
    ),
)

CASES: Final = (
    *ten_rows(TANH, 85),
    *ten_rows(RELU, 95),
    *ten_rows(GRU, 105),
    *lstm_rows(),
    Case(
        127,
        "RNN / nn.RNN(SimpleRNNCell)",
        lambda: nn.RNN(3, 5, batch_first=True),
        lambda: pnn.RNN(pnn.SimpleRNNCell(3, 5)),
        SEQUENCE,
        run_paddle=with_layer_axis,
        gradients_in="train",
        twins=WRAPPED,
    ),
    Case(
        128,
        "LSTM / nn.RNN(LSTMCell)",
        lambda: nn.LSTM(3, 5, batch_first=True),
        lambda: pnn.RNN(pnn.LSTMCell(3, 5)),
        SEQUENCE,
        run_paddle=with_layer_axis,
        gradients_in="train",
        twins=WRAPPED,
    ),
    Case(
        129,
        "GRU bidirectional / nn.BiRNN(GRUCell)",
        lambda: nn.GRU(3, 5, batch_first=True, bidirectional=True),
        lambda: pnn.BiRNN(pnn.GRUCell(3, 5), pnn.GRUCell(3, 5)),
        SEQUENCE,
        run_paddle=both_directions,
        gradients_in="train",
    ),
)
