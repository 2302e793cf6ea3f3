"""Modules and parameters in plain lists and dicts, which the frameworks do not see, are not skipped."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small.refused import lines, refusal
from tests.small.reported import pairs

from .built import paddle_net, torch_net


def test_modules_in_plain_lists_are_paired() -> None:
    base, raw = torch_net(), paddle_net()
    base.blocks = [torch.nn.Linear(3, 3), torch.nn.ReLU(), torch.nn.Linear(3, 3)]
    raw.blocks = (paddle.nn.Linear(3, 3), paddle.nn.ReLU(), paddle.nn.Linear(3, 3))
    assert pairs(padiff.assign_weight(base, raw)) == [
        ("copied", "blocks.0.weight", "blocks.0.weight"),
        ("copied", "blocks.0.bias", "blocks.0.bias"),
        ("copied", "blocks.2.weight", "blocks.2.weight"),
        ("copied", "blocks.2.bias", "blocks.2.bias"),
    ]


def test_modules_in_plain_dicts_are_paired() -> None:
    base, raw = torch_net(), paddle_net()
    base.heads = {"en": torch.nn.Linear(3, 3), "fr": {"deep": torch.nn.Linear(3, 3)}}
    raw.heads = {"en": paddle.nn.Linear(3, 3), "fr": {"deep": paddle.nn.Linear(3, 3)}}
    assert [base for _, base, _ in pairs(padiff.assign_weight(base, raw))] == [
        "heads.en.weight",
        "heads.en.bias",
        "heads.fr.deep.weight",
        "heads.fr.deep.bias",
    ]


def test_parameters_in_plain_lists_are_copied() -> None:
    base, raw = torch_net(fc=3), paddle_net(fc=3)
    base.scales = [torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(3))]
    raw.scales = [paddle.create_parameter([n], "float32") for n in (2, 3)]
    padiff.assign_weight(base, raw)
    assert [scale.numpy().tolist() for scale in raw.scales] == [[1, 1], [1, 1, 1]]


def test_a_module_in_a_list_that_is_registered_too_is_no_second_one() -> None:
    base, raw = torch_net(fc=3), paddle_net(fc=3)
    base.order, raw.order = [base.fc], [raw.fc]
    assert len(padiff.assign_weight(base, raw).records) == 2


def test_one_that_is_missing_on_the_other_side_is_refused() -> None:
    base = torch_net(fc=3)
    base.extra = [torch.nn.Linear(3, 3)]
    assert lines(refusal(base, paddle_net(fc=3)))[2] == (
        "     where:    base extra.0, raw (nothing left)"
    )


def test_a_submodule_may_be_called_route() -> None:
    report = padiff.assign_weight(torch_net(route=3, need_init=3), paddle_net(route=3, need_init=3))
    assert [base for _, base, _ in pairs(report)] == [
        "route.weight",
        "route.bias",
        "need_init.weight",
        "need_init.bias",
    ]
