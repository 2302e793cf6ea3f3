"""`add_special_init` takes the five arguments of the original, and `replace`."""

from __future__ import annotations

import pytest

import padiff
from padiff import Registry
from padiff.errors import RegistrationError

from .functions import first, second

FIVE = ("torch", "BatchNorm2d", "paddle", "BatchNorm2D")


def test_it_registers_in_the_default_registry(default: Registry) -> None:
    padiff.add_special_init(*FIVE, first)
    assert [(str(key), entry.func) for key, entry in default.inits.items()] == [
        ("torch BatchNorm2d -> paddle BatchNorm2D", first)
    ]


def test_the_five_arguments_have_names(default: Registry) -> None:
    padiff.add_special_init(
        base_framework="torch",
        base_class="BatchNorm2d",
        raw_framework="paddle",
        raw_class="BatchNorm2D",
        func=first,
    )
    assert len(default.inits) == 1


def test_a_second_one_needs_replace(default: Registry) -> None:
    padiff.add_special_init(*FIVE, first)
    with pytest.raises(RegistrationError, match="This key is registered already"):
        padiff.add_special_init(*FIVE, second)
    padiff.add_special_init(*FIVE, second, replace=True)
    assert [entry.func for entry in default.inits.values()] == [second]


def test_the_default_registry_is_the_public_one() -> None:
    assert padiff.registry is padiff.defaults.registry
