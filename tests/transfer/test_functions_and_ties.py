"""A tensor an init function wrote, tied to one that a copy or another function writes."""

from __future__ import annotations

import pytest
import torch

import padiff
from padiff import Registry
from tests.small import in_torch
from tests.small.refused import lines, refusal


class Box(in_torch.Model):
    """On base's side."""


class RawBox(in_torch.Model):
    """On raw's side."""


def fill(base: Box, raw: RawBox) -> None:
    raw.weight.copy_(base.weight)


@pytest.fixture
def registry() -> Registry:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("torch", "RawBox"), fill)
    return registry


def base_net(*, tied: bool) -> in_torch.Model:
    net = in_torch.Model(x=Box(weight=torch.nn.Linear(3, 3).weight), fc=torch.nn.Linear(3, 3))
    if tied:
        net.fc.weight = net.x.weight
    return net


def raw_net() -> in_torch.Model:
    net = in_torch.Model(x=RawBox(weight=torch.nn.Linear(3, 3).weight), fc=torch.nn.Linear(3, 3))
    net.fc.weight = net.x.weight
    return net


def test_the_same_values_are_taken(registry: Registry) -> None:
    base, raw = base_net(tied=True), raw_net()
    padiff.assign_weight(base, raw, registry=registry)
    assert raw.fc.weight is raw.x.weight
    torch.testing.assert_close(raw.fc.weight, base.fc.weight, rtol=0, atol=0)
    torch.testing.assert_close(raw.fc.bias, base.fc.bias, rtol=0, atol=0)


def test_other_values_are_refused(registry: Registry) -> None:
    assert lines(refusal(base_net(tied=False), raw_net(), registry=registry)) == [
        (
            "A tensor tied to one an init function wrote would get other values by copy; raw is as it "
            "was."
        ),
        "  where:    base fc, raw fc: fc.weight",
        "  hint:     let the init function write the values base has here",
    ]


def test_a_neutral_value_counts_as_a_copy(registry: Registry) -> None:
    base = in_torch.Model(
        x=Box(weight=torch.nn.Parameter(torch.rand(3))), fc=torch.nn.Linear(3, 3, bias=False)
    )
    raw = in_torch.Model(
        x=RawBox(weight=torch.nn.Parameter(torch.rand(3))), fc=torch.nn.Linear(3, 3)
    )
    raw.fc.bias = raw.x.weight
    assert lines(refusal(base, raw, registry=registry))[1] == "  where:    base fc, raw fc: fc.bias"
    torch.nn.init.zeros_(base.x.weight)
    padiff.assign_weight(base, raw, registry=registry)
    assert raw.fc.bias.tolist() == [0, 0, 0]


def test_two_functions_must_agree(registry: Registry) -> None:
    base = in_torch.Model(
        x=Box(weight=torch.nn.Parameter(torch.ones(3))),
        y=Box(weight=torch.nn.Parameter(torch.zeros(3))),
    )
    weight = torch.nn.Parameter(torch.rand(3))
    raw = in_torch.Model(x=RawBox(weight=weight), y=RawBox(weight=weight))
    assert lines(refusal(base, raw, registry=registry)) == [
        (
            "The init function tests.transfer.test_functions_and_ties.fill wrote other values than "
            "another one into a tied tensor; raw is as it was."
        ),
        "  where:    raw x.weight and y.weight (the same memory)",
        "  hint:     let both functions write the same values, or untie the two in raw",
    ]
    torch.nn.init.ones_(base.y.weight)
    padiff.assign_weight(base, raw, registry=registry)
    assert weight.tolist() == [1, 1, 1]
