"""Modules with several names, and modules that contain their parent, are walked once each."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small.reported import pairs

from .built import paddle_net, torch_net


def test_a_module_with_two_names_is_copied_once() -> None:
    fc, out = torch.nn.Linear(3, 3), paddle.nn.Linear(3, 3)
    report = padiff.assign_weight(torch_net(a=fc, b=fc), paddle_net(a=out, b=out))
    assert pairs(report) == [
        ("copied", "a.weight", "a.weight"),
        ("copied", "a.bias", "a.bias"),
        ("tied", "b.weight", "b.weight"),
        ("tied", "b.bias", "b.bias"),
    ]


def test_a_model_that_contains_itself_comes_to_an_end() -> None:
    base, raw = torch_net(inner={"fc": 3}), paddle_net(inner={"fc": 3})
    base.inner._modules["parent"] = base
    raw.inner._sub_layers["parent"] = raw
    report = padiff.assign_weight(base, raw)
    assert pairs(report) == [
        ("copied", "inner.fc.weight", "inner.fc.weight"),
        ("copied", "inner.fc.bias", "inner.fc.bias"),
    ]


def test_a_model_that_lists_itself_comes_to_an_end() -> None:
    base, raw = torch_net(inner={"fc": 3}), paddle_net(inner={"fc": 3})
    base.inner.parents = [base]
    raw.inner.parents = [raw]
    assert len(padiff.assign_weight(base, raw).records) == 2


def test_a_head_tied_to_an_embedding_needs_no_counterpart() -> None:
    base = torch_net(emb=torch.nn.Embedding(5, 3), head=torch.nn.Linear(3, 5, bias=False))
    base.head.weight = base.emb.weight
    report = padiff.assign_weight(base, paddle_net(emb=paddle.nn.Embedding(5, 3)))
    assert pairs(report) == [
        ("copied", "emb.weight", "emb.weight"),
        ("tied", "head.weight", None),
    ]


def test_nor_does_it_on_the_other_side() -> None:
    raw = torch_net(emb=torch.nn.Embedding(5, 3), head=torch.nn.Linear(3, 5, bias=False))
    raw.head.weight = raw.emb.weight
    report = padiff.assign_weight(paddle_net(emb=paddle.nn.Embedding(5, 3)), raw)
    assert pairs(report) == [
        ("copied", "emb.weight", "emb.weight"),
        ("tied", None, "head.weight"),
    ]
