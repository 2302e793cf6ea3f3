"""Runs the laws of a contract class without pytest, to see which ones a faulty adapter breaks."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from padiff.testing.laws import Laws

__all__ = ["broken"]


def broken(contract: type[Laws]) -> set[str]:
    """The names of the laws that do not hold."""
    return {name for name in laws(contract) if not holds(contract, name)}


def laws(contract: type[Laws]) -> list[str]:
    return [name for name in dir(contract) if name.startswith("test_")]


def holds(contract: type[Laws], name: str) -> bool:
    """Whether a law holds, whatever its parameters; one may fail in any way."""
    try:
        for arguments in calls(contract, name):
            getattr(contract(), name)(**arguments)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001
        return False
    return True


def calls(contract: type[Laws], name: str) -> Iterator[dict[str, Any]]:
    """Every combination of a law's parameters."""
    law = getattr(contract, name)
    choices: dict[str, list[Any]] = {}
    for mark in getattr(law, "pytestmark", []):
        if mark.name == "parametrize":
            choices[mark.args[0]] = list(mark.args[1])
    offered: Mapping[str, Mapping[str, Any]] = contract.parameters()
    for parameter in inspect.signature(law).parameters:
        if parameter in offered:
            choices[parameter] = list(offered[parameter].values())
    yield from (
        dict(zip(choices, chosen, strict=True)) for chosen in itertools.product(*choices.values())
    )
