"""An init function takes a module whole only where the class of its counterpart is in the other model."""

from __future__ import annotations

import pytest
import torch

import padiff
from padiff import Registry
from tests.small.reported import pairs


class Box(torch.nn.Module):
    """What an init function is registered for, in both parts."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.Linear(2, 2, bias=False)


@pytest.mark.parametrize("key", [("Box", "Crate"), ("Crate", "Box")])
def test_without_it_the_layers_inside_are_paired(key: tuple[str, str]) -> None:
    registry: Registry = padiff.registry.copy()
    sides = [("torch", name) for name in key]
    registry.register_init(sides[0], sides[1], lambda *_: pytest.fail("it was called"))
    report = padiff.assign_weight(
        torch.nn.ModuleDict({"box": Box()}), torch.nn.ModuleDict({"box": Box()}), registry=registry
    )
    assert pairs(report) == [("copied", "box.inner.weight", "box.inner.weight")]
