"""Parts are left out by module or by pattern, on either side, and the report says which."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.marks import marks_of
from tests.small.reported import pairs


def base_net() -> in_torch.Model:
    return in_torch.Model(
        fc=torch.nn.Linear(2, 2),
        block=torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)),
        ids=torch.arange(3),
    )


def raw_net() -> in_paddle.Model:
    return in_paddle.Model(
        fc=paddle.nn.Linear(2, 2),
        block=paddle.nn.Sequential(paddle.nn.Linear(2, 2), paddle.nn.Linear(2, 2)),
        ids=paddle.to_tensor([3, 4, 5]),
    )


def test_a_pattern_names_a_module_with_all_below_it_on_both_sides() -> None:
    report = padiff.assign_weight(base_net(), raw_net(), ignore=["block"])
    assert pairs(report) == [
        ("copied", "ids", "ids"),
        ("copied", "fc.weight", "fc.weight"),
        ("copied", "fc.bias", "fc.bias"),
        *[("ignored", f"block.{i}.{name}", None) for i in (0, 1) for name in ("weight", "bias")],
        *[("ignored", None, f"block.{i}.{name}") for i in (0, 1) for name in ("weight", "bias")],
    ]


def test_what_is_ignored_is_not_written() -> None:
    raw = raw_net()
    before = marks_of(raw)
    padiff.assign_weight(base_net(), raw, ignore=["block.1", "fc.bias", "ids"])
    after = marks_of(raw)
    assert {name for name in before if before[name] == after[name]} == {
        *("block.1.weight", "block.1.bias", "fc.bias", "ids")
    }


def test_a_pattern_may_name_one_tensor_of_a_layer() -> None:
    report = padiff.assign_weight(base_net(), raw_net(), ignore=["*.bias", "ids"])
    assert {record.base or record.raw for record in report.select("ignored")} == {
        *("fc.bias", "block.0.bias", "block.1.bias", "ids")
    }
    assert report.count("copied") == 3


def test_a_module_object_counts_on_its_own_side_only() -> None:
    base, raw = base_net(), raw_net()
    del raw.block[1]
    report = padiff.assign_weight(base, raw, ignore=[base.block[1]])
    assert {(r.base, r.raw) for r in report.select("ignored")} == {
        ("block.1.weight", None),
        ("block.1.bias", None),
    }


def test_what_one_side_alone_has_can_be_ignored() -> None:
    base, raw = base_net(), raw_net()
    base.extra, raw.other = torch.nn.Parameter(torch.ones(2)), paddle.nn.Linear(5, 5)
    report = padiff.assign_weight(base, raw, ignore=["extra", raw.other])
    assert {(r.base, r.raw) for r in report.select("ignored")} == {
        ("extra", None),
        (None, "other.weight"),
        (None, "other.bias"),
    }


def attentions() -> tuple[in_torch.Model, in_paddle.Model]:
    return (
        in_torch.Model(a=torch.nn.MultiheadAttention(4, 2)),
        in_paddle.Model(a=paddle.nn.MultiHeadAttention(4, 2)),
    )


def test_a_module_inside_a_layer_can_be_ignored() -> None:
    base, raw = attentions()
    for item in ("a.out_proj", base.a.out_proj, raw.a.out_proj):
        report = padiff.assign_weight(base, raw, ignore=[item])
        assert [(r.base, r.raw) for r in report.select("ignored")] == [
            ("a.out_proj.weight", "a.out_proj.weight"),
            ("a.out_proj.bias", "a.out_proj.bias"),
        ]


def test_a_part_of_a_packed_tensor_can_be_ignored() -> None:
    base, raw = attentions()
    before = raw.a.q_proj.weight.numpy()
    report = padiff.assign_weight(base, raw, ignore=["a.q_proj.weight"])
    assert [(r.base, r.raw) for r in report.select("ignored")] == [
        ("a.in_proj_weight", "a.q_proj.weight")
    ]
    assert raw.a.q_proj.weight.numpy().tolist() == before.tolist()


def test_a_list_of_parameters_can_be_ignored_as_one() -> None:
    base, raw = base_net(), raw_net()
    base.scales = [torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2))]
    report = padiff.assign_weight(base, raw, ignore=["scales"])
    assert [r.base for r in report.select("ignored")] == ["scales.0", "scales.1"]


def test_a_tensor_without_values_can_be_ignored() -> None:
    base, raw = base_net(), raw_net()
    base.mask, raw.mask = torch.nn.Parameter(torch.empty(2, device="meta")), paddle.ones([2])
    raw.register_buffer("mask", raw.mask)
    assert padiff.assign_weight(base, raw, ignore=["mask"]).count("ignored") == 2


def test_a_tensor_that_cannot_be_written_can_be_ignored() -> None:
    base = in_torch.Model(x=torch.rand(4, 3), fc=torch.nn.Linear(2, 2))
    raw = in_torch.Model(x=torch.rand(1, 3).expand(4, 3), fc=torch.nn.Linear(2, 2))
    raw.fc.weight = torch.nn.Parameter(torch.rand(1, 2).expand(2, 2))
    assert padiff.assign_weight(base, raw, ignore=["x", "fc.weight"]).count("copied") == 1
