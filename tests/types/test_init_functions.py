"""What a type checker accepts as an init function, and what it rejects.

The rejected lines carry a `type: ignore` with its code. mypy runs over this file with
`warn_unused_ignores`, so a line that is accepted after all is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import paddle
import pytest
import torch
from typing_extensions import assert_type

import padiff
from padiff import Registry
from padiff.protocols import InitFn


def exact(base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D) -> None: ...


def wider(base: torch.nn.Module, raw: paddle.nn.Layer) -> None: ...


def untyped(base_model: Any, raw_model: Any) -> None: ...


def optional(base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D, scale: int = 1) -> None: ...


def lonely(base: torch.nn.BatchNorm2d) -> None: ...


def crowded(base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D, scale: int) -> None: ...


def other_base(base: torch.nn.LayerNorm, raw: paddle.nn.BatchNorm2D) -> None: ...


def other_raw(base: torch.nn.BatchNorm2d, raw: paddle.nn.LayerNorm) -> None: ...


def turned(base: paddle.nn.BatchNorm2D, raw: torch.nn.BatchNorm2d) -> None: ...


def keywords(*, base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D) -> None: ...


class Copier:
    """An init function that is an object, with settings of its own."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def __call__(self, base: torch.nn.BatchNorm2d, raw: paddle.nn.BatchNorm2D) -> None: ...


class LonelyCopier:
    """One argument is not enough for an object either."""

    def __call__(self, base: torch.nn.BatchNorm2d) -> None: ...


BASE, RAW = torch.nn.BatchNorm2d, paddle.nn.BatchNorm2D
NAMES = ("torch", "BatchNorm2d"), ("paddle", "BatchNorm2D")


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry()
    monkeypatch.setattr("padiff.defaults.registry", registry)
    return registry


def test_with_classes_what_fits_them_is_accepted(registry: Registry) -> None:
    padiff.special_init(BASE, RAW)(exact)
    padiff.special_init(BASE, RAW, replace=True)(wider)
    padiff.special_init(BASE, RAW, replace=True)(untyped)
    padiff.special_init(BASE, RAW, replace=True)(optional)
    padiff.special_init(BASE, RAW, replace=True)(Copier(2.0))
    assert len(registry.inits) == 1


def test_with_classes_the_decorated_function_keeps_its_parameters() -> None:
    made = padiff.special_init(BASE, RAW)(exact)
    assert_type(made, Callable[[torch.nn.BatchNorm2d, paddle.nn.BatchNorm2D], None])
    assert made is exact


def test_with_names_two_arguments_are_accepted(registry: Registry) -> None:
    padiff.special_init(*NAMES)(exact)
    padiff.special_init(*NAMES, replace=True)(turned)
    padiff.special_init(*NAMES, replace=True)(untyped)
    padiff.special_init(*NAMES, replace=True)(Copier(2.0))
    assert len(registry.inits) == 1


def test_with_one_class_that_side_is_checked(registry: Registry) -> None:
    padiff.special_init(BASE, NAMES[1])(exact)
    padiff.special_init(BASE, NAMES[1], replace=True)(other_raw)
    padiff.special_init(NAMES[0], RAW)(other_base)
    assert len(registry.inits) == 2


def test_an_object_that_is_called_with_two_modules_is_an_init_function() -> None:
    func: InitFn[torch.nn.BatchNorm2d, paddle.nn.BatchNorm2D] = Copier(2.0)
    general: InitFn[torch.nn.Module, paddle.nn.Layer] = wider
    func = general
    padiff.add_special_init("torch", "BatchNorm2d", "paddle", "BatchNorm2D", func)
    registered: InitFn[Any, Any] = padiff.defaults.registry.unregister_init(*NAMES).func
    assert registered is wider


if TYPE_CHECKING:
    # The arity, whether the sides are classes or names.
    padiff.special_init(BASE, RAW)(lonely)  # type: ignore[arg-type]
    padiff.special_init(BASE, RAW)(crowded)  # type: ignore[arg-type]
    padiff.special_init(BASE, RAW)(keywords)  # type: ignore[arg-type]
    padiff.special_init(*NAMES)(lonely)  # type: ignore[arg-type]
    padiff.special_init(*NAMES)(crowded)  # type: ignore[arg-type]
    padiff.special_init(BASE, NAMES[1])(lonely)  # type: ignore[arg-type]
    padiff.special_init(NAMES[0], RAW)(LonelyCopier())  # type: ignore[arg-type]
    padiff.add_special_init("torch", "A", "paddle", "B", lonely)  # type: ignore[arg-type]
    padiff.add_special_init("torch", "A", "paddle", "B", LonelyCopier())  # type: ignore[arg-type]

    # The classes, on either side.
    padiff.special_init(BASE, RAW)(other_base)  # type: ignore[arg-type]
    padiff.special_init(BASE, RAW)(other_raw)  # type: ignore[arg-type]
    padiff.special_init(BASE, RAW)(turned)  # type: ignore[arg-type]
    padiff.special_init(BASE, NAMES[1])(other_base)  # type: ignore[arg-type]
    padiff.special_init(NAMES[0], RAW)(other_raw)  # type: ignore[arg-type]
    narrow: InitFn[torch.nn.Module, paddle.nn.Layer] = exact  # type: ignore[assignment]

    # What is neither a class nor a pair of names, and what is no function.
    padiff.special_init("torch", "paddle")  # type: ignore[call-overload]
    padiff.special_init(BASE(3), RAW(3))  # type: ignore[call-overload]
    padiff.special_init(("torch", "nn", "LSTM"), RAW)  # type: ignore[arg-type]
    padiff.add_special_init("torch", "A", "paddle", "B", "func")  # type: ignore[arg-type]
    padiff.add_special_init("torch", "A", "paddle", exact)  # type: ignore[call-arg, arg-type]
