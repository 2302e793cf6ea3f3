"""The examples in docstrings print what they say, in whichever packages are installed."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGES = ("padiff", "padiff_pytest", "padiff_torch", "padiff_paddle")


def with_examples() -> Iterator[str]:
    """The modules that have any."""
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        for file in sorted(root.rglob("*.py")):
            if ">>> " in file.read_text("utf-8"):
                parts = (package, *file.relative_to(root).with_suffix("").parts)
                yield ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", list(with_examples()))
def test_the_examples_print_what_they_say(name: str) -> None:
    failed, run = doctest.testmod(import_module(name))
    assert failed == 0
    assert run


def test_there_are_examples() -> None:
    assert {"padiff.compare.measure", "padiff.testing.laws"} <= set(with_examples())
