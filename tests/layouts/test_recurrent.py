"""Recurrent layers: layer and direction in the canonical name, gates as they come."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.errors import LayoutError

from .arrays import ALL, Shapes, assert_views, canonical_of, numbered

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
PADDLE_NAME = {"RNN": "SimpleRNN", "LSTM": "LSTM", "GRU": "GRU"}
HIDDEN, IN = 2, 3


def cell(gates: int, incoming: int = IN) -> Shapes:
    stacked = gates * HIDDEN
    return {
        "weight_ih": (stacked, incoming),
        "weight_hh": (stacked, HIDDEN),
        "bias_ih": (stacked,),
        "bias_hh": (stacked,),
    }


def stack(gates: int, *places: str) -> dict[str, tuple[int, ...]]:
    """Two layers in both directions; `places` are where a cell's tensor stands, with `{}` for it."""
    shapes = {}
    for index, place in enumerate(places):
        for name, shape in cell(gates, IN if index < 2 else 2 * HIDDEN).items():
            shapes[place.format(name)] = shape
    return shapes


TORCH_PLACES = ("{}_l0", "{}_l0_reverse", "{}_l1", "{}_l1_reverse")
PADDLE_PLACES = ("0.cell_fw.{}", "0.cell_bw.{}", "1.cell_fw.{}", "1.cell_bw.{}")
CANONICAL_PLACES = ("0.forward.{}", "0.reverse.{}", "1.forward.{}", "1.reverse.{}")


@pytest.mark.parametrize("kind", GATES)
def test_layer_and_direction_stand_in_the_name(kind: str) -> None:
    expected = numbered(stack(GATES[kind], *CANONICAL_PLACES))
    assert_views(f"torch.nn.{kind}", numbered(stack(GATES[kind], *TORCH_PLACES)), expected)
    paddle = numbered(stack(GATES[kind], *PADDLE_PLACES))
    assert_views(f"paddle.nn.{PADDLE_NAME[kind]}", paddle, expected)


@pytest.mark.parametrize("kind", GATES)
def test_one_direction_is_forward(kind: str) -> None:
    expected = numbered(stack(GATES[kind], "0.forward.{}"))
    assert_views(f"torch.nn.{kind}", numbered(stack(GATES[kind], "{}_l0")), expected)
    paddle = numbered(stack(GATES[kind], "0.cell.{}"))
    assert_views(f"paddle.nn.{PADDLE_NAME[kind]}", paddle, expected)


@pytest.mark.parametrize("kind", GATES)
def test_a_cell_is_layer_0_forward(kind: str) -> None:
    tensors = numbered(cell(GATES[kind]))
    expected = {f"0.forward.{name}": array for name, array in tensors.items()}
    assert_views(f"torch.nn.{kind}Cell", tensors, expected)
    assert_views(f"paddle.nn.{PADDLE_NAME[kind]}Cell", tensors, expected)


@pytest.mark.parametrize("kind", GATES)
def test_a_wrapper_is_of_the_kind_of_its_cell(kind: str) -> None:
    one = numbered(stack(GATES[kind], "cell.{}"))
    assert_views("paddle.nn.RNN", one, numbered(stack(GATES[kind], "0.forward.{}")))
    two = numbered(stack(GATES[kind], "cell_fw.{}", "cell_bw.{}"))
    assert_views("paddle.nn.BiRNN", two, numbered(stack(GATES[kind], *CANONICAL_PLACES[:2])))
    for name, tensors in (("RNN", one), ("BiRNN", two)):
        assert canonical_of(ALL[f"paddle.nn.{name}"], tensors).kind.name == kind.lower()


PROJECTED = {"weight_ih": (8, 3), "weight_hh": (8, 1), "bias_ih": (8,), "bias_hh": (8,)}
PROJECTION = np.array([[50, 51]])  # (proj, hidden)


@pytest.mark.parametrize(
    ("name", "place", "projection"),
    [
        ("torch.nn.LSTM", "{}_l0", "weight_hr_l0"),
        ("paddle.nn.LSTM", "0.cell.{}", "0.cell.weight_ho"),
        ("paddle.nn.LSTMCell", "{}", "weight_ho"),
        ("paddle.nn.RNN", "cell.{}", "cell.weight_ho"),
    ],
)
def test_paddle_transposes_the_projection(name: str, place: str, projection: str) -> None:
    tensors = numbered({place.format(tensor): shape for tensor, shape in PROJECTED.items()})
    tensors[projection] = PROJECTION if name.startswith("torch") else PROJECTION.T
    expected = numbered({f"0.forward.{tensor}": shape for tensor, shape in PROJECTED.items()})
    assert_views(name, tensors, {**expected, "0.forward.weight_hr": PROJECTION})
    assert canonical_of(ALL[name], tensors).kind.name == "lstm"


def test_paddles_flat_names_are_second_names_and_say_nothing() -> None:
    tensors = numbered(stack(4, "0.cell.{}"))
    scrambled = {  # as paddle lists them with proj_size: each flat name stands for another tensor
        "weight_ih_l0": tensors["0.cell.bias_hh"],
        "weight_hh_l0": tensors["0.cell.weight_ih"],
        "bias_ih_l0": tensors["0.cell.weight_hh"],
        "bias_hh_l0": tensors["0.cell.bias_ih"],
        "_dropout_state": np.zeros((), np.uint8),
    }
    canonical = canonical_of(ALL["paddle.nn.LSTM"], {**scrambled, **tensors})
    assert canonical.owners == {
        f"0.forward.{name}": f"0.cell.{name}"
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    assert canonical.recomputed == ("_dropout_state",)


def test_a_wrapper_holds_for_cells_with_a_known_order_of_gates() -> None:
    known = ("paddle.nn.SimpleRNNCell", "paddle.nn.LSTMCell", "paddle.nn.GRUCell")
    assert ALL["paddle.nn.RNN"].demands("cell") == known
    assert ALL["paddle.nn.BiRNN"].demands("cell_fw") == known
    assert ALL["paddle.nn.BiRNN"].demands("cell_bw") == known


def test_a_cell_of_two_gates_is_of_no_kind() -> None:
    with pytest.raises(LayoutError) as caught:
        canonical_of(ALL["paddle.nn.RNN"], numbered(stack(2, "cell.{}")))
    assert str(caught.value) == (
        "The layout registered for its class does not fit the layer.\n"
        "  got:      KeyError: 2 with cell.weight_ih (4, 3), cell.weight_hh (4, 2), "
        "cell.bias_ih (4,), cell.bias_hh (4,)"
    )


def test_a_gru_feeds_its_whole_state_back() -> None:
    tensors = numbered({"weight_ih_l0": (6, 3), "weight_hh_l0": (6, 1)})
    with pytest.raises(LayoutError, match="hidden is 2 elsewhere in this layer and 1 here"):
        canonical_of(ALL["torch.nn.GRU"], tensors)


def test_a_name_of_another_form_is_refused() -> None:
    with pytest.raises(LayoutError, match="KeyError: 'weight_hh_l0_g'"):
        canonical_of(ALL["torch.nn.LSTM"], numbered({"weight_hh_l0_g": (8, 1)}))
