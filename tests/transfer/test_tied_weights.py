"""One tensor under several names, on either side."""

from __future__ import annotations

import numpy as np
import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal
from tests.small.reported import pairs


def torch_net(*, tied: bool, equal: bool = False) -> in_torch.Model:
    net = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 3))
    if tied:
        net.b.weight = net.a.weight
    if equal:
        net.b.load_state_dict(net.a.state_dict())
    return net


def paddle_net(*, tied: bool) -> in_paddle.Model:
    net = in_paddle.Model(a=paddle.nn.Linear(3, 3), b=paddle.nn.Linear(3, 3))
    if tied:
        net.b.weight = net.a.weight
    return net


def test_tied_to_tied_is_copied_once() -> None:
    base, raw = torch_net(tied=True), paddle_net(tied=True)
    report = padiff.assign_weight(base, raw)
    assert raw.b.weight is raw.a.weight
    np.testing.assert_array_equal(raw.a.weight.numpy(), base.a.weight.detach().numpy().T)
    np.testing.assert_array_equal(raw.b.bias.numpy(), base.b.bias.detach().numpy())
    assert pairs(report) == [
        ("copied", "a.weight", "a.weight"),
        ("copied", "a.bias", "a.bias"),
        ("tied", "b.weight", "b.weight"),
        ("copied", "b.bias", "b.bias"),
    ]


def test_tied_to_untied_fills_both_and_does_not_tie_them() -> None:
    base, raw = torch_net(tied=True), paddle_net(tied=False)
    padiff.assign_weight(base, raw)
    for layer in (raw.a, raw.b):
        np.testing.assert_array_equal(layer.weight.numpy(), base.a.weight.detach().numpy().T)
    assert raw.a.weight.data_ptr() != raw.b.weight.data_ptr()


def test_untied_and_different_to_tied_is_refused() -> None:
    assert lines(refusal(torch_net(tied=False), paddle_net(tied=True))) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Raw holds one tensor where base holds two that differ.",
        "     where:    base a.weight and b.weight, raw a.weight and b.weight (the same memory)",
        "     expected: equal values in base, so that one tensor can hold both",
        "     hint:     untie the two in raw",
    ]


def test_untied_and_equal_to_tied_is_copied() -> None:
    base, raw = torch_net(tied=False, equal=True), paddle_net(tied=True)
    report = padiff.assign_weight(base, raw)
    np.testing.assert_array_equal(raw.a.weight.numpy(), base.b.weight.detach().numpy().T)
    assert [r.how for r in report.records if r.raw == "b.weight"] == ["tied"]


def test_a_neutral_value_and_a_copy_into_one_tensor_must_agree() -> None:
    base = in_torch.Model(a=torch.nn.Linear(3, 3), b=torch.nn.Linear(3, 3, bias=False))
    raw = torch_net(tied=False)
    raw.b.bias = raw.a.bias
    assert lines(refusal(base, raw))[2] == (
        "     where:    base a.bias and (a neutral value), raw a.bias and b.bias (the same memory)"
    )
    torch.nn.init.zeros_(base.a.bias)
    padiff.assign_weight(base, raw)
    assert raw.b.bias.tolist() == [0, 0, 0]


def attentions(*, tied: bool) -> in_torch.Model:
    net = in_torch.Model(
        a=torch.nn.MultiheadAttention(4, 2, bias=False),
        b=torch.nn.MultiheadAttention(4, 2, bias=False),
    )
    if tied:
        net.b.in_proj_weight = net.a.in_proj_weight
    return net


def test_a_packed_tensor_may_be_tied_as_a_whole() -> None:
    base, raw = attentions(tied=True), attentions(tied=True)
    report = padiff.assign_weight(base, raw)
    assert raw.b.in_proj_weight is raw.a.in_proj_weight
    torch.testing.assert_close(raw.a.in_proj_weight, base.a.in_proj_weight, rtol=0, atol=0)
    assert report.count("tied") == 3


def test_a_conflict_of_packed_tensors_is_one_problem() -> None:
    assert lines(refusal(attentions(tied=False), attentions(tied=True)))[:3] == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Raw holds one tensor where base holds two that differ.",
        "     where:    base a.in_proj_weight and b.in_proj_weight, raw a.in_proj_weight and b.in_proj_weight (the same memory)",
    ]


def test_a_part_of_a_packed_tensor_that_is_ignored_counts_as_it_is() -> None:
    base = in_paddle.Model(
        a=paddle.nn.MultiHeadAttention(4, 2, bias_attr=False),
        b=paddle.nn.MultiHeadAttention(4, 2, bias_attr=False),
    )
    for name in ("q_proj", "k_proj", "v_proj"):
        setattr(base.b, name, getattr(base.a, name))
    raw = attentions(tied=True)
    assert lines(refusal(base, raw, ignore=["b.q_proj.weight"]))[1] == (
        "  1. Raw holds one tensor where base holds two that differ."
    )
    raw.a.in_proj_weight.data[:4] = torch.from_numpy(base.a.q_proj.weight.numpy().T.copy())
    assert padiff.assign_weight(base, raw, ignore=["b.q_proj.weight"]).count("ignored") == 1


def test_a_model_with_a_tied_head_goes_to_one_without() -> None:
    base = in_torch.Model(emb=torch.nn.Embedding(5, 3), head=torch.nn.Linear(3, 5, bias=False))
    base.head.weight = base.emb.weight
    raw = in_paddle.Model(
        emb=paddle.nn.Embedding(5, 3), head=paddle.nn.Linear(3, 5, bias_attr=False)
    )
    padiff.assign_weight(base, raw)
    np.testing.assert_array_equal(raw.emb.weight.numpy(), base.emb.weight.detach().numpy())
    np.testing.assert_array_equal(raw.head.weight.numpy(), base.emb.weight.detach().numpy().T)


def test_a_parameter_tied_in_one_tensor_of_one_module_is_copied() -> None:
    base, raw = in_torch.Model(fc=torch.nn.Linear(3, 3)), in_torch.Model(fc=torch.nn.Linear(3, 3))
    base.weight, raw.weight = base.fc.weight, raw.fc.weight
    report = padiff.assign_weight(base, raw)
    torch.testing.assert_close(raw.fc.weight, base.fc.weight, rtol=0, atol=0)
    assert pairs(report) == [
        ("copied", "weight", "weight"),
        ("tied", "fc.weight", "fc.weight"),
        ("copied", "fc.bias", "fc.bias"),
    ]
