"""The decorator with names registers the function and hands it back."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff import Registry
from padiff.errors import RegistrationError, UnknownFrameworkError, UsageError

from .functions import first, second

BASE, RAW = ("torch", "LSTM"), ("paddle", "LSTM")


def test_the_function_is_registered_and_returned(default: Registry) -> None:
    assert padiff.special_init(BASE, RAW)(first) is first
    assert [entry.func for entry in default.inits.values()] == [first]


def test_one_function_can_serve_several_pairs(default: Registry) -> None:
    both = padiff.special_init(BASE, RAW)(padiff.special_init(BASE, ("paddle", "GRU"))(first))
    assert both is first
    assert [str(key) for key in default.inits] == [
        "torch LSTM -> paddle GRU",
        "torch LSTM -> paddle LSTM",
    ]


def test_a_taken_pair_is_refused_when_the_decorator_is_applied(default: Registry) -> None:
    padiff.special_init(BASE, RAW)(first)
    with pytest.raises(RegistrationError, match="This key is registered already"):
        padiff.special_init(BASE, RAW)(second)
    padiff.special_init(BASE, RAW, replace=True)(second)
    assert [entry.func for entry in default.inits.values()] == [second]


@pytest.mark.parametrize(
    ("base", "raw", "side", "got"),
    [
        ("torch", RAW, "base", "'torch'"),
        (("torch", "nn", "LSTM"), RAW, "base", "('torch', 'nn', 'LSTM')"),
        (BASE, ("paddle", None), "raw", "('paddle', None)"),
        (BASE, 3, "raw", "3"),
    ],
)
@pytest.mark.usefixtures("default")
def test_a_side_is_a_class_or_two_strings(base: Any, raw: Any, side: str, got: str) -> None:
    with pytest.raises(UsageError) as caught:
        padiff.special_init(base, raw)
    assert str(caught.value).splitlines() == [
        f"special_init cannot tell which class {side} is.",
        f"  got:      {got}",
        '  expected: a class, or a pair such as ("torch", "BatchNorm2d")',
    ]


@pytest.mark.usefixtures("default")
def test_a_class_of_no_framework_is_refused() -> None:
    with pytest.raises(UnknownFrameworkError) as caught:
        padiff.special_init(int, RAW)
    assert str(caught.value).splitlines()[:2] == [
        "The class belongs to no framework an adapter is installed for.",
        "  got:      builtins.int",
    ]
