"""Memory in another order than usual is read and written as it is, and stays in that order."""

from __future__ import annotations

import paddle
import torch

import padiff
from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def test_raws_strides_stay() -> None:
    raw = in_torch.Model(conv=torch.nn.Conv2d(3, 4, 2))
    raw.conv.weight.data = raw.conv.weight.data.contiguous(memory_format=torch.channels_last)
    strides = raw.conv.weight.stride()
    base = in_paddle.Model(conv=paddle.nn.Conv2D(3, 4, 2))
    padiff.assign_weight(base, raw)
    assert raw.conv.weight.stride() == strides
    assert raw.conv.weight.detach().numpy().tobytes() == base.conv.weight.numpy().tobytes()


def test_a_weight_from_paddle_is_contiguous_in_torch() -> None:
    raw = in_torch.Model(fc=torch.nn.Linear(3, 2))
    padiff.assign_weight(in_paddle.Model(fc=paddle.nn.Linear(3, 2)), raw)
    assert raw.fc.weight.is_contiguous()


def test_bases_strides_do_not_matter() -> None:
    base = in_torch.Model(x=torch.rand(4, 6)[::2, 1::2], y=torch.rand(3, 2).T)
    raw = in_paddle.Model(x=paddle.zeros([2, 3]), y=paddle.zeros([2, 3]))
    padiff.assign_weight(base, raw)
    assert raw.x.numpy().tolist() == base.x.tolist()
    assert raw.y.numpy().tolist() == base.y.tolist()


def test_every_other_element_can_be_written() -> None:
    row = torch.zeros(6)
    padiff.assign_weight(in_torch.Model(x=torch.ones(3)), in_torch.Model(x=row[::2]))
    assert row.tolist() == [1, 0, 1, 0, 1, 0]


def test_a_view_that_would_be_a_copy_is_refused() -> None:
    base = in_torch.Model(norm=torch.nn.LayerNorm((2, 3)))
    raw = in_torch.Model(norm=torch.nn.LayerNorm((2, 3)))
    raw.norm.weight = torch.nn.Parameter(torch.rand(3, 2).T)
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. A tensor cannot be written as its layer's canonical weight.",
        "     where:    raw norm.weight",
        "     got:      shape (2, 3) with strides (4, 8)",
        "     expected: a tensor in C order",
        "     hint:     make it contiguous",
    ]


def test_an_init_function_may_fill_any_strides() -> None:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Model"), ("torch", "Model"), copy_x)
    base = in_torch.Model(x=torch.rand(2, 3))
    raw = in_torch.Model(x=torch.rand(3, 2).T)
    padiff.assign_weight(base, raw, registry=registry)
    assert torch.equal(raw.x, base.x)


def copy_x(base: in_torch.Model, raw: in_torch.Model) -> None:
    raw.x.copy_(base.x)


def test_a_layout_does_not_see_what_its_layer_computes_itself() -> None:
    registry = padiff.registry.copy()
    layout = Layout(LINEAR, view=weight_alone, recomputed=("bias",))
    registry.register_layout("torch", "torch.nn.Linear", layout, replace=True)
    base, raw = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    raw.weight = torch.nn.Parameter(torch.rand(2, 2).T)
    padiff.assign_weight(base, raw, registry=registry)
    assert torch.equal(raw.weight, base.weight)
    assert not torch.equal(raw.bias, base.bias)


def weight_alone(tensors: Tensors) -> dict[str, Array]:
    assert list(tensors) == ["weight"]
    return dict(tensors)
