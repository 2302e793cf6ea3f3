"""What no path pairs is paired in definition order, as long as kinds and shapes agree all along."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small.refused import lines, refusal

from .built import layers, paddle_net, torch_net


def test_other_names_are_paired_in_order() -> None:
    report = padiff.assign_weight(torch_net(c_fc=3, c_proj=2), paddle_net(fc1=3, fc2=2))
    assert layers(report) == [("c_fc", "fc1", "order"), ("c_proj", "fc2", "order")]


def test_one_other_name_is_paired_with_what_is_left() -> None:
    report = padiff.assign_weight(torch_net(a=3, b=3, c=3), paddle_net(a=3, x=3, c=3))
    assert layers(report) == [("a", "a", "path"), ("b", "x", "order"), ("c", "c", "path")]


def test_blocks_may_be_nested_differently() -> None:
    report = padiff.assign_weight(torch_net(a=3, b=2), paddle_net(net={"inner": {"a": 3, "b": 2}}))
    assert layers(report) == [("a", "net.inner.a", "order"), ("b", "net.inner.b", "order")]


def test_a_wrapper_around_one_side_does_not_matter() -> None:
    report = padiff.assign_weight(torch.nn.DataParallel(torch_net(a=3, b=3)), paddle_net(a=3, b=3))
    assert [pair[:2] for pair in layers(report)] == [("module.a", "a"), ("module.b", "b")]


def test_the_first_layers_that_do_not_fit_are_shown() -> None:
    base, raw = torch_net(a=3, b=3, c=2), paddle_net(u=3, v=2, w=3)
    assert lines(refusal(base, raw)) == [
        "The layers of the two models cannot be paired.",
        "  1. Among the layers no path or layer map pairs, these are the first that do not fit.",
        "     where:    base b, raw v",
        "     got:      base Linear (linear): weight (3, 3), bias (3,)",
        "               raw Linear (linear): weight (2, 2), bias (2,)",
        "     expected: two layers of one kind, with the same canonical shapes",
        "     hint:     name the pairs with set_layer_map, or pass ignore= for what has no counterpart",
        "    base       raw",
        "    a Linear   u Linear",
        "  > b Linear   v Linear",
        "    c Linear   w Linear",
    ]


def test_only_the_surroundings_of_a_long_list_are_shown() -> None:
    base = torch_net(**{f"a{i}": 3 for i in range(12)})
    raw = paddle_net(**{f"b{i}": 2 if i == 6 else 3 for i in range(12)})
    shown = lines(refusal(base, raw))[7:]
    first_words = [line.split()[0] for line in shown]
    assert first_words == ["base", "a2", "a3", "a4", "a5", ">", "a7", "a8", "a9", "a10"]


def test_a_missing_layer_is_named() -> None:
    assert lines(refusal(torch_net(a=3, b=3), paddle_net(a=3)))[2:5] == [
        "     where:    base b, raw (nothing left)",
        "     got:      base Linear (linear): weight (3, 3), bias (3,)",
        "               raw nothing",
    ]


def test_two_kinds_of_one_shape_do_not_fit() -> None:
    base, raw = torch_net(x=torch.nn.LayerNorm(3)), paddle_net(y=paddle.nn.GroupNorm(3, 3))
    assert lines(refusal(base, raw))[2:5] == [
        "     where:    base x, raw y",
        "     got:      base LayerNorm (layer_norm): weight (3,), bias (3,)",
        "               raw GroupNorm (group_norm): weight (3,), bias (3,)",
    ]
