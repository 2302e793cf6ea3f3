"""A registry loads what belongs in it when it is first needed, once, and fails where that fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from padiff import Registry
from padiff.errors import PluginError, RegistrationError

from .functions import first, second
from .layouts import AS_IT_IS, TURNED

PAIR = (("torch", "LSTM"), ("paddle", "LSTM"))


def recording(calls: list[str], name: str) -> Callable[[Registry], None]:
    def load(_: Registry) -> None:
        calls.append(name)

    return load


def test_nothing_is_loaded_before_it_is_needed() -> None:
    calls: list[str] = []
    Registry(recording(calls, "layouts"), recording(calls, "inits"))
    assert calls == []


def test_layouts_alone_do_not_load_the_init_functions_of_other_packages() -> None:
    calls: list[str] = []
    registry = Registry(recording(calls, "layouts"), recording(calls, "inits"))
    registry.find_layout("torch", ["Linear"])
    registry.register_layout("torch", "Linear", AS_IT_IS)
    registry.register_init(*PAIR, first)
    assert calls == ["layouts"]


def test_looking_for_an_init_function_loads_both_once() -> None:
    calls: list[str] = []
    registry = Registry(recording(calls, "layouts"), recording(calls, "inits"))
    for _ in range(2):
        registry.find_init("torch", ["LSTM"], "paddle", ["LSTM"])
    assert calls == ["layouts", "inits"]


def test_a_users_key_cannot_take_the_place_of_one_not_loaded_yet() -> None:
    def load(registry: Registry) -> None:
        registry.register_layout("torch", "Linear", AS_IT_IS)

    registry = Registry(load)
    with pytest.raises(RegistrationError, match="This key is registered already"):
        registry.register_layout("torch", "Linear", TURNED)


def test_a_failure_is_the_same_every_time() -> None:
    calls: list[str] = []

    def load(registry: Registry) -> None:
        calls.append("load")
        registry.register_init(*PAIR, first)
        raise PluginError("broken")

    registry = Registry(load)
    for _ in range(2):
        with pytest.raises(PluginError, match="broken"):
            registry.find_init("torch", ["LSTM"], "paddle", ["LSTM"])
    with pytest.raises(PluginError, match="broken"):
        registry.register_init(*PAIR, second, replace=True)
    assert calls == ["load"]


def test_an_interrupted_registry_does_not_pass_for_a_whole_one() -> None:
    def load(_: Registry) -> None:
        raise KeyboardInterrupt

    registry = Registry(load)
    with pytest.raises(KeyboardInterrupt):
        registry.find_layout("torch", ["Linear"])
    with pytest.raises(RegistrationError, match=r"Loading the registry was interrupted\."):
        registry.find_layout("torch", ["Linear"])
