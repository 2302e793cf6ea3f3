"""Where a layout holds is told from the module: its parts, an argument, a wrapper around it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import paddle
import paddle.compat.nn as cnn
import paddle.incubate.nn as inn
import paddle.nn as pnn
import pytest
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import parametrizations, parametrize

import padiff
from padiff.errors import PairingError, PlanError
from padiff.tree import build_tree


def units(model: Any) -> dict[str, str]:
    """Paths of the units of a model, with their kinds."""
    tree = build_tree(padiff.create_model(model).handle(), padiff.registry)
    return {
        unit.path: getattr(getattr(unit.canonical, "kind", None), "name", "none")
        for unit in tree.units()
    }


class Cell(pnn.RNNCellBase):
    """Named and shaped as an LSTMCell; nobody knows in which order its gates are."""

    def __init__(self) -> None:
        super().__init__()
        self.weight_ih = self.create_parameter([8, 3])
        self.weight_hh = self.create_parameter([8, 2])
        self.bias_ih = self.create_parameter([8])
        self.bias_hh = self.create_parameter([8])


def test_a_wrapper_of_known_cells_is_one_layer() -> None:
    assert units(pnn.RNN(pnn.LSTMCell(3, 2))) == {"": "lstm"}
    assert units(pnn.BiRNN(pnn.GRUCell(3, 2), pnn.GRUCell(3, 2))) == {"": "gru"}


def test_a_wrapper_of_a_cell_of_ones_own_is_not() -> None:
    assert units(pnn.RNN(Cell())) == {"cell": "parameters"}
    assert units(pnn.LayerList([pnn.RNN(Cell())])) == {"0.cell": "parameters"}
    with pytest.raises(PairingError):
        padiff.assign_weight(nn.LSTM(3, 2), pnn.RNN(Cell()))


def test_a_cell_of_ones_own_is_copied_into_its_like() -> None:
    base, raw = pnn.RNN(Cell()), pnn.RNN(Cell())
    padiff.assign_weight(base, raw)
    ours, theirs = base.state_dict(), raw.state_dict()
    assert {n: t.tolist() for n, t in theirs.items()} == {n: t.tolist() for n, t in ours.items()}


def test_a_projection_stored_the_other_way_is_not_taken_for_paddles() -> None:
    attention = pnn.MultiHeadAttention(6, 2)
    attention.k_proj = cnn.Linear(6, 6)
    assert units(attention) == dict.fromkeys(("q_proj", "k_proj", "v_proj", "out_proj"), "linear")
    with pytest.raises(PairingError):
        padiff.assign_weight(nn.MultiheadAttention(6, 2), attention)


class Symmetric(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.triu() + x.triu(1).T


def symmetric() -> nn.Module:
    layer = nn.Linear(4, 4)
    parametrize.register_parametrization(layer, "weight", Symmetric())
    return layer


def test_another_parametrization_is_not_taken_for_a_norm() -> None:
    assert units(symmetric()) == {"": "parameters", "parametrizations.weight": "parameters"}
    with pytest.raises(PairingError):
        padiff.assign_weight(symmetric(), pnn.Linear(4, 4))


def test_a_parametrization_on_top_of_a_norm_is_not_either() -> None:
    layer = parametrizations.spectral_norm(nn.Linear(4, 4))
    parametrize.register_parametrization(layer, "weight", Symmetric())
    assert "linear" not in units(layer).values()


def test_another_parametrization_is_copied_into_its_like() -> None:
    base, raw = symmetric(), symmetric()
    padiff.assign_weight(base, raw)
    assert all(torch.equal(raw.state_dict()[name], t) for name, t in base.state_dict().items())


@pytest.mark.parametrize("turned", [True, False])
def test_the_argument_of_a_fused_linear_turns_a_square_weight(turned: bool) -> None:
    base, raw = nn.Linear(4, 4), inn.FusedLinear(4, 4, transpose_weight=turned)
    padiff.assign_weight(base, raw)
    stored = raw.weight if turned else raw.weight.T
    assert stored.tolist() == base.weight.tolist()


class Wrapped(nn.Module):
    def __init__(self, wrap: Any) -> None:
        super().__init__()
        self.one = wrap(nn.Linear(3, 2))
        self.two = nn.Linear(3, 2)


class PaddleWrapped(pnn.Layer):
    def __init__(self, wrap: Any) -> None:
        super().__init__()
        self.one = wrap(pnn.Linear(3, 2))
        self.two = pnn.Linear(3, 2)


def as_it_is(layer: Any) -> Any:
    return layer


def data_parallel(layer: pnn.Layer) -> pnn.Layer:
    with warnings.catch_warnings():  # it says that there is one process
        warnings.simplefilter("ignore", UserWarning)
        return paddle.DataParallel(layer)


def distributed(layer: nn.Module) -> nn.Module:
    """As in a training job, but for the processes."""
    wrapper = DistributedDataParallel.__new__(DistributedDataParallel)
    nn.Module.__init__(wrapper)
    wrapper.module = layer
    return wrapper


compiled = partial(torch.compile, backend="eager")  # the default backend imports a compiler


@pytest.mark.parametrize(
    ("base", "raw"),
    [
        (lambda: Wrapped(nn.DataParallel), lambda: PaddleWrapped(as_it_is)),
        (lambda: Wrapped(distributed), lambda: PaddleWrapped(as_it_is)),
        (lambda: Wrapped(compiled), lambda: PaddleWrapped(as_it_is)),
        (lambda: Wrapped(as_it_is), lambda: PaddleWrapped(data_parallel)),
        (lambda: compiled(Wrapped(nn.DataParallel)), lambda: PaddleWrapped(data_parallel)),
    ],
    ids=[
        "DataParallel",
        "DistributedDataParallel",
        "compile",
        "paddle.DataParallel",
        "one in another",
    ],
)
def test_the_layer_inside_a_wrapper_stands_for_it(
    base: Callable[[], Any], raw: Callable[[], Any]
) -> None:
    ours, theirs = base(), raw()
    report = padiff.assign_weight(ours, theirs)
    assert {record.by for record in report.records} == {"path"}
    weights = [t.T.tolist() for name, t in theirs.state_dict().items() if name.endswith("weight")]
    assert weights == [
        t.tolist() for name, t in ours.state_dict().items() if name.endswith("weight")
    ]


class Counting(nn.DataParallel[nn.Linear]):
    """A wrapper with a tensor of its own, as those that average weights."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(3, 2))
        self.register_buffer("count", torch.zeros(()))


def test_a_wrapper_with_tensors_stays() -> None:
    assert units(Counting()) == {"": "parameters", "module": "linear"}


def test_torchs_multihead_attn_is_paddles_cross_attn() -> None:
    base, raw = nn.TransformerDecoderLayer(6, 2, 4), pnn.TransformerDecoderLayer(6, 2, 4)
    paired = {
        (record.base, record.raw)
        for record in padiff.assign_weight(base, raw).records
        if record.by == "path"
    }
    assert ("multihead_attn.out_proj.bias", "cross_attn.out_proj.bias") in paired


class MultiHeadAttention(pnn.Layer):
    """A class of a user's, of the same name as paddle's."""

    def __init__(self) -> None:
        super().__init__()
        self.q_proj = pnn.Linear(6, 6)
        self.k_proj = pnn.Linear(6, 6)
        self.v_proj = pnn.Linear(6, 6)
        self.out_proj = pnn.Linear(6, 6)


def test_a_class_of_the_same_name_is_not_the_frameworks() -> None:
    assert set(units(MultiHeadAttention()).values()) == {"linear"}


class Scaled(nn.Linear):
    def __init__(self) -> None:
        super().__init__(3, 2)
        self.scale = nn.Parameter(torch.ones(2))


def test_a_subclass_with_a_tensor_of_its_own_is_not_its_parent() -> None:
    with pytest.raises(PlanError) as caught:
        padiff.assign_weight(Scaled(), pnn.Linear(3, 2))
    assert "scale (2,): a linear layer has no tensor of this name" in str(caught.value)


def test_a_lazy_layer_is_asked_to_run_first() -> None:
    with pytest.raises(PlanError) as caught:
        padiff.assign_weight(nn.LazyLinear(2), pnn.Linear(3, 2))
    assert {problem.got for problem in caught.value.problems} == {
        "it is uninitialised: a lazy module before its first forward"
    }


def test_a_lazy_layer_that_has_run_is_the_plain_one() -> None:
    base, raw = nn.LazyLinear(2), pnn.Linear(3, 2)
    base(torch.ones(1, 3))
    padiff.assign_weight(base, raw)
    assert raw.weight.T.tolist() == base.weight.tolist()


def transposed_memory() -> nn.LayerNorm:
    layer = nn.LayerNorm([3, 2])
    layer.weight.data = torch.ones(2, 3).T
    return layer


def test_a_tensor_whose_memory_cannot_be_flattened_is_not_written() -> None:
    base, raw = nn.LayerNorm([3, 2]), transposed_memory()
    nn.init.normal_(base.weight)
    with pytest.raises(PlanError) as caught:
        padiff.assign_weight(base, raw)
    assert str(caught.value) == (
        "Nothing was transferred from LayerNorm to LayerNorm: 1 problem.\n"
        "  1. A tensor cannot be written as its layer's canonical weight.\n"
        "     where:    raw weight\n"
        "     got:      shape (3, 2) with strides (4, 12)\n"
        "     expected: a tensor in C order\n"
        "     hint:     make it contiguous"
    )
    assert raw.weight.tolist() == [[1, 1]] * 3


def test_a_tensor_whose_memory_cannot_be_flattened_is_read() -> None:
    base, raw = transposed_memory(), pnn.LayerNorm([3, 2])
    nn.init.normal_(base.weight)
    padiff.assign_weight(base, raw)
    assert raw.state_dict()["weight"].tolist() == base.weight.flatten().tolist()
