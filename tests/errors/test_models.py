"""What is no model, and a model whose adapter is missing, are refused where they are passed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff import adapters
from padiff.errors import AdapterNotInstalledError, UnknownFrameworkError, UsageError
from tests.small.refused import lines

ONE_OF = "  expected: a module of one of: paddle, torch"


def refused(func: Callable[[], object]) -> list[str]:
    with pytest.raises(UnknownFrameworkError) as caught:
        func()
    return lines(caught.value)


def test_an_object_of_no_framework() -> None:
    assert refused(lambda: padiff.create_model(3)) == [
        "The object belongs to no framework an adapter is installed for.",
        "  got:      an object of class builtins.int",
        ONE_OF,
    ]


@pytest.mark.parametrize("model", [None, "model.pt", {"weight": 1}, [torch.nn.ReLU()]])
def test_what_people_pass_by_mistake(model: Any) -> None:
    assert refused(lambda: padiff.create_model(model))[0] == (
        "The object belongs to no framework an adapter is installed for."
    )


def test_a_tensor() -> None:
    assert refused(lambda: padiff.create_model(torch.ones(1))) == [
        "The object is no module of torch.",
        "  got:      an object of class torch.Tensor",
        ONE_OF,
    ]
    assert refused(lambda: padiff.create_model(paddle.ones([1])))[0] == (
        "The object is no module of paddle."
    )


def test_a_class_in_the_place_of_a_model() -> None:
    assert refused(lambda: padiff.create_model(torch.nn.Linear)) == [
        "A class is no model.",
        "  got:      the class torch.nn.modules.linear.Linear",
        ONE_OF,
        "  hint:     pass an instance, not its class",
    ]


@pytest.mark.parametrize(
    ("models", "side"),
    [((3, torch.nn.ReLU()), "base"), ((torch.nn.ReLU(), 3), "raw")],
)
def test_the_side_is_named(models: tuple[Any, Any], side: str) -> None:
    assert refused(lambda: padiff.assign_weight(*models)) == [
        "The object belongs to no framework an adapter is installed for.",
        f"  where:    the {side} model",
        "  got:      an object of class builtins.int",
        ONE_OF,
    ]


def test_one_model_twice() -> None:
    model = torch.nn.Linear(2, 2)
    with pytest.raises(UsageError) as caught:
        padiff.assign_weight(model, padiff.create_model(model, "Net"))
    assert lines(caught.value) == [
        "Base and raw are the same object.",
        "  got:      ProxyModel('Linear', torch) twice",
        "  expected: two models: the one weights come from, and the one they go to",
    ]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make it so that the adapter of a framework is not installed."""

    def uninstall(framework: str) -> None:
        left = tuple(p for p in adapters.plugins() if p.framework != framework)
        monkeypatch.setattr(adapters, "plugins", lambda: left)

    return uninstall


@pytest.mark.parametrize(
    ("build", "framework", "other", "install"),
    [
        (torch.nn.ReLU, "torch", "padiff-paddle", "padiff-torch"),
        (paddle.nn.ReLU, "paddle", "padiff-torch", "padiff-paddle"),
    ],
)
def test_an_adapter_that_is_not_installed(
    without: Callable[[str], None],
    build: Callable[[], Any],
    framework: str,
    other: str,
    install: str,
) -> None:
    without(framework)
    with pytest.raises(AdapterNotInstalledError) as caught:
        padiff.assign_weight(build(), build())
    assert lines(caught.value) == [
        f"The adapter for {framework} is not installed.",
        "  where:    the base model",
        f"  got:      installed adapters: {other}",
        f"  hint:     python -m pip install {install}",
    ]


def test_an_adapter_asked_for_by_name(without: Callable[[str], None]) -> None:
    without("torch")
    with pytest.raises(AdapterNotInstalledError) as caught:
        adapters.adapter_named("jax")
    assert lines(caught.value) == [
        "The adapter for jax is not installed.",
        "  got:      installed adapters: padiff-paddle",
        "  hint:     install an adapter for jax",
    ]
