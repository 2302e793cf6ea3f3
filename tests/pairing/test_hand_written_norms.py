"""A hand-written layer may stand for one applied element by element, if its tensors are the same."""

from __future__ import annotations

import paddle
import torch

import padiff
from tests.small.refused import lines, refusal

from .built import paddle_net, torch_net


class OwnNorm(torch.nn.Module):
    """A LayerNorm as people write it themselves."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.rand(size))
        self.bias = torch.nn.Parameter(torch.rand(size))
        self.drop = torch.nn.Dropout()


class Renamed(torch.nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.gamma = torch.nn.Parameter(torch.rand(size))
        self.beta = torch.nn.Parameter(torch.rand(size))


def test_it_is_paired_by_path() -> None:
    report = padiff.assign_weight(
        torch_net(norm=OwnNorm(3)), paddle_net(norm=paddle.nn.LayerNorm(3))
    )
    assert [(r.how, r.base, r.raw, r.by) for r in report.records] == [
        ("copied", "norm.weight", "norm.weight", "path"),
        ("copied", "norm.bias", "norm.bias", "path"),
    ]


def test_it_is_paired_by_order() -> None:
    report = padiff.assign_weight(torch_net(norm=OwnNorm(3)), paddle_net(ln=paddle.nn.LayerNorm(3)))
    assert {record.by for record in report.records} == {"order"}


def test_other_names_are_not_guessed() -> None:
    error = refusal(torch_net(norm=Renamed(3)), paddle_net(norm=paddle.nn.LayerNorm(3)))
    assert lines(error)[3] == (
        "     got:      torch Renamed (no layout) and paddle LayerNorm (layer_norm)"
    )


def test_other_shapes_are_not_guessed() -> None:
    error = refusal(torch_net(norm=OwnNorm(3)), paddle_net(norm=paddle.nn.LayerNorm(4)))
    assert lines(error)[3] == (
        "     got:      torch OwnNorm (no layout) and paddle LayerNorm (layer_norm)"
    )
