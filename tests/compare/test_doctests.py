from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import padiff.compare

MODULES = [
    f"padiff.compare.{module.name}" for module in pkgutil.iter_modules(padiff.compare.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_run(name: str) -> None:
    module = import_module(name)
    failed, run = doctest.testmod(module)
    assert failed == 0
    assert (run > 0) is (">>> " in Path(str(module.__file__)).read_text("utf-8"))
