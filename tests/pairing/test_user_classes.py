"""What counts is the class itself, not what it is called."""

from __future__ import annotations

import numpy as np
import paddle
import torch

import padiff
from tests.small.refused import lines, refusal

from .built import layers, paddle_net, torch_net


class Linear(torch.nn.Module):
    """A user's own, which keeps its weight as (in, out)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.rand(size, size))
        self.bias = torch.nn.Parameter(torch.rand(size))


class MultiHeadAttention(torch.nn.Module):
    """A user's own, of four Linears."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.q_proj = torch.nn.Linear(size, size)
        self.k_proj = torch.nn.Linear(size, size)
        self.v_proj = torch.nn.Linear(size, size)
        self.out_proj = torch.nn.Linear(size, size)


class Tuned(torch.nn.Linear):
    """A subclass that computes something more."""


class PaddleTuned(paddle.nn.Linear):
    """The same in paddle."""


class Scaled(torch.nn.Linear):
    """A subclass with a parameter more."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(inside, outside)
        self.scale = torch.nn.Parameter(torch.ones(outside))


def test_a_users_linear_is_not_the_frameworks() -> None:
    assert lines(refusal(torch_net(fc=Linear(3)), paddle_net(fc=3))) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Two layers paired by their path are not of one kind, and no init function joins them.",
        "     where:    base fc, raw fc",
        "     got:      torch Linear (no layout) and paddle Linear (linear)",
        "     expected: one kind on both sides, or a registered init function",
        '     hint:     padiff.add_special_init("torch", "Linear", "paddle", "Linear", func)',
    ]


def test_a_users_linear_is_not_the_frameworks_under_another_name_either() -> None:
    assert lines(refusal(torch_net(fc=Linear(3)), paddle_net(out=3)))[3:5] == [
        "     got:      base Linear (parameters): weight (3, 3), bias (3,)",
        "               raw Linear (linear): weight (3, 3), bias (3,)",
    ]


def test_a_users_attention_is_paired_layer_by_layer() -> None:
    raw = {"q_proj": 4, "k_proj": 4, "v_proj": 4, "out_proj": 4}
    report = padiff.assign_weight(torch_net(a=MultiHeadAttention(4)), paddle_net(a=raw))
    assert [base for base, _, _ in layers(report)] == [f"a.{name}" for name in raw]


def test_a_users_attention_is_not_the_frameworks() -> None:
    raw = paddle_net(a=paddle.nn.MultiHeadAttention(4, 2))
    assert lines(refusal(torch_net(a=MultiHeadAttention(4)), raw))[2] == (
        "     where:    base a.q_proj, raw a"
    )


def test_two_classes_of_ones_own_are_copied_by_their_tensors_names() -> None:
    raw = torch_net(fc=Linear(3))
    base = torch_net(fc=Linear(3))
    padiff.assign_weight(base, raw)
    np.testing.assert_array_equal(raw.fc.weight.detach(), base.fc.weight.detach())


def test_a_subclass_is_what_its_base_class_is() -> None:
    base, raw = torch_net(fc=Tuned(3, 3)), paddle_net(fc=PaddleTuned(3, 3))
    padiff.assign_weight(base, raw)
    np.testing.assert_array_equal(raw.fc.weight.numpy(), base.fc.weight.detach().numpy().T)


def test_a_subclass_with_a_tensor_of_its_own_is_refused() -> None:
    error = lines(refusal(torch_net(fc=Scaled(3, 3)), paddle_net(fc=3)))
    assert error[1:4] == [
        "  1. torch Scaled: The tensors are not those of a linear layer.",
        "     where:    base fc, raw fc",
        "     got:      scale (3,): a linear layer has no tensor of this name",
    ]
    assert error[-1] == (
        "     hint:     a subclass with tensors of its own needs its own layout or init function"
    )
