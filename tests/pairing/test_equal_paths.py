"""Layers of equal path belong together, whatever the order they are defined in."""

from __future__ import annotations

import numpy as np
import torch

import padiff
from tests.small.refused import lines, refusal

from .built import layers, paddle_net, torch_net


def test_definition_order_does_not_matter_where_paths_agree() -> None:
    base, raw = torch_net(q=3, k=3, v=3), paddle_net(v=3, q=3, k=3)
    report = padiff.assign_weight(base, raw)
    assert layers(report) == [("q", "q", "path"), ("k", "k", "path"), ("v", "v", "path")]
    np.testing.assert_array_equal(raw.q.weight.numpy(), base.q.weight.detach().numpy().T)


def test_paths_agree_level_by_level() -> None:
    report = padiff.assign_weight(
        torch_net(up={"a": 3}, down={"a": 3}), paddle_net(down={"a": 3}, up={"a": 3})
    )
    assert layers(report) == [("up.a", "up.a", "path"), ("down.a", "down.a", "path")]


def test_two_kinds_at_one_path_are_refused() -> None:
    base, raw = torch_net(x=torch.nn.Embedding(3, 3)), paddle_net(x=3)
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. Two layers paired by their path are not of one kind, and no init function joins them.",
        "     where:    base x, raw x",
        "     got:      torch Embedding (embedding) and paddle Linear (linear)",
        "     expected: one kind on both sides, or a registered init function",
        '     hint:     padiff.add_special_init("torch", "Embedding", "paddle", "Linear", func)',
    ]


def test_two_shapes_at_one_path_are_refused() -> None:
    base, raw = torch_net(x=torch.nn.Linear(3, 2, bias=False)), paddle_net(x=3)
    assert lines(refusal(base, raw)) == [
        "Nothing was transferred from Model to Model: 1 problem.",
        "  1. The weight of the two layers has different shapes.",
        "     where:    base x.weight, raw x.weight",
        "     got:      base (2, 3), raw (3, 3) (canonical)",
        "     expected: equal canonical shapes",
    ]


def test_a_layer_and_a_block_at_one_path_are_refused() -> None:
    error = refusal(torch_net(x=3), paddle_net(x={"fc": 3, "out": 3}))
    assert lines(error)[:2] == [
        "The layers of the two models cannot be paired.",
        "  1. Among the layers no path or layer map pairs, these are the first that do not fit.",
    ]
