"""The examples in the contract suite's docstrings run."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import padiff.testing

MODULES = [info.name for info in pkgutil.iter_modules(padiff.testing.__path__, "padiff.testing.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_print_what_they_say(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    tests = [test for name in MODULES for test in finder.find(import_module(name))]
    assert sum(bool(test.examples) for test in tests) >= 3
