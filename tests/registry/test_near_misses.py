"""Who asks for a pair that has no init function is shown what is registered near it."""

from __future__ import annotations

import pytest

from padiff import Registry
from padiff.registry import ClassKey

from .functions import first

REGISTERED = [
    (("torch", "BatchNorm2d"), ("paddle", "BatchNorm2D")),
    (("torch", "zoo.Attention"), ("paddle", "zoo.Attention")),
    (("torch", "LSTM"), ("paddle", "LSTM")),
    (("paddle", "GRU"), ("torch", "GRU")),
]


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    for base, raw in REGISTERED:
        registry.register_init(base, raw, first)
    return registry


@pytest.mark.parametrize(
    ("base", "raw", "near"),
    [
        # Misspelt on one side.
        ("BatchNorm2D", "BatchNorm2D", ["torch BatchNorm2d -> paddle BatchNorm2D"]),
        # Bare where it is registered dotted.
        ("Attention", "Other", ["torch zoo.Attention -> paddle zoo.Attention"]),
        # Registered for another class of the other framework.
        ("LSTM", "Fast", ["torch LSTM -> paddle LSTM"]),
        # Registered the other way round.
        ("GRU", "GRU", ["paddle GRU -> torch GRU"]),
        ("Linear", "Linear", []),
    ],
)
def test_near_pairs_are_found(registry: Registry, base: str, raw: str, near: list[str]) -> None:
    found = registry.near_inits(ClassKey("torch", base), ClassKey("paddle", raw))
    assert [str(key) for key in found] == near


def test_at_most_five_are_shown() -> None:
    registry = Registry()
    for number in range(9):
        registry.register_init(("torch", "LSTM"), ("paddle", f"LSTM{number}"), first)
    found = registry.near_inits(ClassKey("torch", "LSTM"), ClassKey("paddle", "LSTM"))
    assert [key.raw.class_name for key in found] == ["LSTM0", "LSTM1", "LSTM2", "LSTM3", "LSTM4"]
