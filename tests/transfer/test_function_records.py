"""What an init function fills is accounted for tensor by tensor, and not cut up."""

from __future__ import annotations

import paddle
import torch

import padiff
from padiff import Registry
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


class Box(in_torch.Model):
    """What the init functions here are registered for."""


class PaddleBox(in_paddle.Model):
    """The same in paddle."""


def nothing(base: Box, raw: PaddleBox) -> None: ...


def registered() -> Registry:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("paddle", "PaddleBox"), nothing)
    registry.register_init(("paddle", "PaddleBox"), ("torch", "Box"), nothing)
    return registry


def test_a_module_with_a_function_is_one_piece_with_all_below_it() -> None:
    base = in_torch.Model(x=Box(fc=torch.nn.Linear(2, 2)))
    raw = in_paddle.Model(x=PaddleBox(other=paddle.create_parameter([9], "float32")))
    report = padiff.assign_weight(base, raw, registry=registered())
    note = "by tests.transfer.test_function_records.nothing"
    assert [(r.how, r.base, r.raw, r.note) for r in report.records] == [
        ("initialised", "x.fc.weight", None, f"read {note}"),
        ("initialised", "x.fc.bias", None, f"read {note}"),
        ("initialised", None, "x.other", f"written {note}"),
    ]


def test_tensors_that_a_layer_inside_computes_itself_need_no_memory() -> None:
    base = in_torch.Model(x=Box(lstm=torch.nn.LSTM(2, 2)))
    raw = in_paddle.Model(x=PaddleBox(lstm=paddle.nn.LSTM(2, 2)))
    assert padiff.assign_weight(base, raw, registry=registered())
    assert padiff.assign_weight(raw, base, registry=registered())


def test_nor_where_two_functions_fill_one_layer() -> None:
    lstm = paddle.nn.LSTM(2, 2)
    base = in_torch.Model(x=Box(lstm=torch.nn.LSTM(2, 2)), y=Box(lstm=torch.nn.LSTM(2, 2)))
    raw = in_paddle.Model(x=PaddleBox(lstm=lstm), y=PaddleBox(lstm=lstm))
    assert padiff.assign_weight(base, raw, registry=registered())


def test_raws_tensors_must_be_such_that_they_can_be_put_back() -> None:
    raw = in_torch.Model(x=Box(w=torch.nn.Parameter(torch.empty(2, device="meta"))))
    base = in_paddle.Model(x=PaddleBox(w=paddle.create_parameter([2], "float32")))
    assert lines(refusal(base, raw, registry=registered())) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. A tensor cannot be written.",
        "     where:    raw x.w",
        "     got:      it is on the meta device: it has a shape and no values",
        "     expected: a dense tensor with allocated memory",
    ]


def test_bases_are_the_functions_business() -> None:
    base = in_torch.Model(x=Box(w=torch.eye(2).to_sparse()))
    raw = in_paddle.Model(x=PaddleBox(w=paddle.create_parameter([2], "float32")))
    assert padiff.assign_weight(base, raw, registry=registered())
