"""The decorator with the classes themselves registers their dotted names, subclasses' too."""

from __future__ import annotations

import paddle
import torch

import padiff
from padiff import Registry


class Gate(torch.nn.Module):
    """A user's own module."""


def keys(registry: Registry) -> list[str]:
    return [str(key) for key in registry.inits]


def test_both_sides_may_be_classes(default: Registry) -> None:
    @padiff.special_init(torch.nn.BatchNorm2d, paddle.nn.BatchNorm2D)
    def init(base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D) -> None: ...

    assert keys(default) == [
        "torch torch.nn.modules.batchnorm.BatchNorm2d -> paddle paddle.nn.layer.norm.BatchNorm2D"
    ]


def test_a_class_and_a_name_may_be_mixed(default: Registry) -> None:
    @padiff.special_init(Gate, ("paddle", "Gate"))
    @padiff.special_init(("torch", "Gate"), paddle.nn.Linear)
    def init(base: Gate, raw: paddle.nn.Linear) -> None: ...

    assert keys(default) == [
        "torch Gate -> paddle paddle.nn.layer.common.Linear",
        "torch tests.registry.test_special_init_with_classes.Gate -> paddle Gate",
    ]


def test_a_function_for_classes_is_found_for_their_modules(default: Registry) -> None:
    called = []

    @padiff.special_init(Gate, paddle.nn.ReLU)
    def init(base: Gate, raw: paddle.nn.ReLU) -> None:
        called.append((base, raw))

    base, raw = Gate(), paddle.nn.ReLU()
    padiff.assign_weight(base, raw, registry=default)
    assert called == [(base, raw)]
