"""A module inside a supported layer can be mapped; the layer is then no longer one piece."""

from __future__ import annotations

import numpy as np
import paddle
import torch

import padiff
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal
from tests.small.reported import pairs


def separate() -> in_torch.Model:
    return in_torch.Model(
        query=torch.nn.Linear(4, 4),
        key=torch.nn.Linear(4, 4),
        value=torch.nn.Linear(4, 4),
        output=torch.nn.Linear(4, 4),
    )


def test_the_projections_of_an_attention_can_be_mapped_one_by_one() -> None:
    base, raw = separate(), in_paddle.Model(attention=paddle.nn.MultiHeadAttention(4, 2))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.query, base.key, base.value, base.output])
    inner = raw.attention
    model1.set_layer_map([inner.q_proj, inner.k_proj, inner.v_proj, inner.out_proj])
    padiff.assign_weight(model0, model1)
    for linear, projection in (
        (base.query, inner.q_proj),
        (base.key, inner.k_proj),
        (base.value, inner.v_proj),
        (base.output, inner.out_proj),
    ):
        np.testing.assert_array_equal(projection.weight.numpy(), linear.weight.detach().numpy().T)


def test_the_rest_of_the_layer_still_has_to_go_somewhere() -> None:
    base = in_torch.Model(query=torch.nn.Linear(4, 4))
    raw = in_paddle.Model(attention=paddle.nn.MultiHeadAttention(4, 2))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.query])
    model1.set_layer_map([raw.attention.q_proj])
    assert lines(refusal(model0, model1))[1:3] == [
        "  1. Among the layers no path or layer map pairs, these are the first that do not fit.",
        "     where:    base (nothing left), raw attention.k_proj",
    ]


def test_a_mapped_part_and_an_ignored_rest_go_together() -> None:
    base = in_torch.Model(query=torch.nn.Linear(4, 4))
    raw = in_paddle.Model(attention=paddle.nn.MultiHeadAttention(4, 2))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.query])
    model1.set_layer_map([raw.attention.q_proj])
    report = padiff.assign_weight(
        model0, model1, ignore=[raw.attention.k_proj, raw.attention.v_proj, "*.out_proj"]
    )
    assert pairs(report)[:3] == [
        ("copied", "query.weight", "attention.q_proj.weight"),
        ("copied", "query.bias", "attention.q_proj.bias"),
        ("ignored", None, "attention.k_proj.weight"),
    ]
    assert report.count("ignored") == 6


def test_a_mapped_module_cannot_be_ignored_too() -> None:
    base = in_torch.Model(block=torch.nn.Sequential(torch.nn.Linear(3, 3)))
    raw = in_paddle.Model(block=paddle.nn.Sequential(paddle.nn.Linear(3, 3)))
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.block[0]])
    model1.set_layer_map([raw.block[0]])
    assert lines(refusal(model0, model1, ignore=["block"])) == [
        "A module of the layer map is ignored.",
        "  where:    base block.0",
        "  got:      ignore= leaves out block",
        "  hint:     take the pair out of both layer maps, or do not ignore it",
    ]
