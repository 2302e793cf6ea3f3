"""What cannot be registered is refused with a reason, and the registry is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from padiff import Registry
from padiff.errors import RegistrationError

from .functions import first, second
from .layouts import AS_IT_IS, TURNED

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))
NOTHING: Any = None
NUMBER: Any = 3


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_init(*PAIR, first)
    return registry


REFUSED: dict[str, Callable[[Registry], object]] = {
    "taken layout": lambda registry: registry.register_layout("torch", "Linear", TURNED),
    "no layout": lambda registry: registry.register_layout("torch", "Conv", NOTHING),
    "no framework": lambda registry: registry.register_layout("", "Conv", AS_IT_IS),
    "no class": lambda registry: registry.register_layout("torch", "", AS_IT_IS),
    "taken pair": lambda registry: registry.register_init(*PAIR, second),
    "no function": lambda registry: registry.register_init(("torch", "A"), ("paddle", "B"), NUMBER),
    "blank": lambda registry: registry.register_init(("torch", " "), ("paddle", "B"), first),
    "number": lambda registry: registry.register_init(("torch", "A"), ("paddle", NUMBER), first),
}


@pytest.mark.parametrize("register", REFUSED.values(), ids=REFUSED)
def test_a_refused_registration_changes_nothing(
    registry: Registry, register: Callable[[Registry], object]
) -> None:
    before = dict(registry.layouts), dict(registry.inits)
    with pytest.raises(RegistrationError):
        register(registry)
    assert (dict(registry.layouts), dict(registry.inits)) == before


def test_a_refused_registration_changes_nothing_under_replace_either(registry: Registry) -> None:
    with pytest.raises(RegistrationError):
        registry.register_init(*PAIR, NUMBER, replace=True)
    assert [entry.func for entry in registry.inits.values()] == [first]


def test_an_init_function_must_be_callable() -> None:
    with pytest.raises(RegistrationError) as caught:
        Registry().register_init(*PAIR, NUMBER)
    assert str(caught.value).splitlines() == [
        "An init function must be callable as func(base_model, raw_model).",
        "  where:    torch LSTM -> paddle LSTM",
        "  got:      3",
    ]


def test_a_layout_must_be_a_layout() -> None:
    with pytest.raises(RegistrationError) as caught:
        Registry().register_layout("torch", "Linear", NOTHING)
    assert str(caught.value).splitlines() == [
        "Only a padiff.layout.Layout can be registered as a layout.",
        "  where:    torch Linear",
        "  got:      None",
    ]


def test_a_key_must_name_a_framework() -> None:
    with pytest.raises(RegistrationError) as caught:
        Registry().register_layout("", "Linear", AS_IT_IS)
    assert str(caught.value).splitlines() == [
        "A registry key needs a framework.",
        "  got:      ('', 'Linear')",
        '  expected: two strings, such as ("torch", "BatchNorm2d")',
    ]


def test_a_key_must_name_a_class() -> None:
    with pytest.raises(RegistrationError) as caught:
        Registry().register_init(("torch", "LSTM"), ("paddle", NUMBER), first)
    assert str(caught.value).splitlines() == [
        "A registry key needs a class name.",
        "  got:      ('paddle', 3)",
        '  expected: two strings, such as ("torch", "BatchNorm2d")',
    ]
