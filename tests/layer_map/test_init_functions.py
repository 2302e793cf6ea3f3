"""A mapped pair is filled by the init function of its two classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
import torch

import padiff
from padiff import Registry
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal
from tests.small.reported import pairs


class Fused(torch.nn.Module):
    """Keeps weight and bias in one matrix of shape `(out, in + 1)`."""

    def __init__(self) -> None:
        super().__init__()
        self.packed = torch.nn.Parameter(torch.arange(8.0).reshape(2, 4))


def split(base: Fused, raw: paddle.nn.Linear) -> None:
    assert raw.bias is not None
    packed = base.packed.numpy()
    raw.weight.set_value(np.ascontiguousarray(packed[:, :-1].T))
    raw.bias.set_value(packed[:, -1].copy())


@pytest.fixture
def registry() -> Registry:
    registry = padiff.registry.copy()
    registry.register_init(("torch", "Fused"), ("paddle", "paddle.nn.Linear"), split)
    return registry


def mapped(base: in_torch.Model, raw: in_paddle.Model) -> tuple[Any, Any]:
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.x])
    model1.set_layer_map([raw.y])
    return model0, model1


def test_the_function_fills_the_pair(registry: Registry) -> None:
    base = in_torch.Model(x=Fused(), fc=torch.nn.Linear(2, 2))
    raw = in_paddle.Model(y=paddle.nn.Linear(3, 2), fc=paddle.nn.Linear(2, 2))
    report = padiff.assign_weight(*mapped(base, raw), registry=registry)
    np.testing.assert_array_equal(raw.y.weight.numpy(), [[0, 4], [1, 5], [2, 6]])
    np.testing.assert_array_equal(raw.y.bias.numpy(), [3, 7])
    assert pairs(report) == [
        ("initialised", "x.packed", None),
        ("initialised", None, "y.weight"),
        ("initialised", None, "y.bias"),
        ("copied", "fc.weight", "fc.weight"),
        ("copied", "fc.bias", "fc.bias"),
    ]


def test_the_function_sees_the_native_modules_and_no_gradients() -> None:
    seen: list[tuple[Any, Any, bool, bool]] = []

    def look(base: Any, raw: Any) -> None:
        seen.append((base, raw, torch.is_grad_enabled(), paddle.is_grad_enabled()))

    registry = Registry()
    registry.register_init(("torch", "Fused"), ("paddle", "Linear"), look)
    base, raw = in_torch.Model(x=Fused()), in_paddle.Model(y=paddle.nn.Linear(3, 2))
    padiff.assign_weight(*mapped(base, raw), registry=registry)
    assert seen == [(base.x, raw.y, False, False)]
    assert torch.is_grad_enabled()
    assert paddle.is_grad_enabled()


def test_a_function_for_the_other_direction_does_not_count() -> None:
    registry = Registry()
    registry.register_init(("paddle", "Linear"), ("torch", "Fused"), split)
    base, raw = in_torch.Model(x=Fused()), in_paddle.Model(y=paddle.nn.Linear(3, 2))
    assert lines(refusal(*mapped(base, raw), registry=registry))[3:6] == [
        "     got:      torch Fused (no layout) and paddle Linear (no layout)",
        "     expected: one kind on both sides, or a registered init function",
        "               registered near it: paddle Linear -> torch Fused",
    ]


def test_a_function_wins_over_the_layouts(registry: Registry) -> None:
    def constant(_: torch.nn.Linear, raw: paddle.nn.Linear) -> None:
        raw.weight.set_value(np.full((2, 2), 7, np.float32))

    registry.register_init(("torch", "Linear"), ("paddle", "Linear"), constant)
    raw = paddle.nn.Linear(2, 2)
    padiff.assign_weight(torch.nn.Linear(2, 2), raw, registry=registry)
    np.testing.assert_array_equal(raw.weight.numpy(), np.full((2, 2), 7))
