"""Every error is a PadiffError, is also the natural builtin, and survives pickling with its text."""

from __future__ import annotations

import copy
import pickle

import pytest

from padiff import PadiffError, errors
from padiff.errors import PairingError, PlanError, Problem

BUILTINS: dict[str, type[Exception]] = {
    "AdapterNotInstalledError": ImportError,
    "CommandError": RuntimeError,
    "FileError": ValueError,
    "InitFnError": RuntimeError,
    "LayerMapError": ValueError,
    "LayoutError": ValueError,
    "NotRegisteredError": LookupError,
    "PairingError": ValueError,
    "PlanError": ValueError,
    "PluginError": ImportError,
    "RegistrationError": ValueError,
    "RunError": RuntimeError,
    "SavedReportError": ValueError,
    "TraceError": ValueError,
    "UnknownFrameworkError": TypeError,
    "UsageError": TypeError,
}

PROBLEMS = [
    Problem("A does not fit.", base="x.weight", raw="y.weight", got="1\n2", expected="3"),
    Problem("B is missing.", raw="z", hint="Look for it."),
]


def is_error(name: str) -> bool:
    value = getattr(errors, name)
    return isinstance(value, type) and issubclass(value, PadiffError)


def test_the_table_below_is_complete() -> None:
    assert {name for name in errors.__all__ if is_error(name)} == BUILTINS.keys() | {"PadiffError"}


@pytest.mark.parametrize(("name", "builtin"), BUILTINS.items())
def test_it_is_the_builtin_too(name: str, builtin: type[Exception]) -> None:
    cls = getattr(errors, name)
    assert issubclass(cls, builtin)
    assert issubclass(cls, PadiffError)


@pytest.mark.parametrize("name", sorted(BUILTINS.keys() - {"PairingError", "PlanError"}))
@pytest.mark.parametrize("clone", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_a_copy_says_the_same(name: str, clone: object) -> None:
    assert callable(clone)
    error = getattr(errors, name)(
        "It failed.", where="base x", got="1\n2", expected="3", hint="Do."
    )
    assert type(clone(error)) is type(error)
    assert str(clone(error)) == str(error)
    assert vars(clone(error)) == vars(error)


@pytest.mark.parametrize("cls", [PairingError, PlanError])
def test_a_copy_has_the_same_problems(cls: type[PlanError]) -> None:
    error = cls("Nothing was done.", PROBLEMS, detail="tree")
    clone = pickle.loads(pickle.dumps(error))
    assert type(clone) is cls
    assert clone.problems == tuple(PROBLEMS)
    assert str(clone) == str(error)
