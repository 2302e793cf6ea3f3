"""Other packages' init functions are found through the entry-point group `padiff.inits`."""

from __future__ import annotations

from pathlib import Path

import pytest

from padiff import Registry
from padiff.adapters import load_inits, load_layouts
from padiff.errors import PluginError
from tests.reference.installed import Install

DECORATED = """
import padiff

@padiff.special_init(("torch", "Zoo"), ("paddle", "Zoo"))
def fill(base_model, raw_model): ...
"""

CALLABLE = """
def fill(base_model, raw_model): ...

def register(registry):
    registry.register_init(("torch", "Ark"), ("paddle", "Ark"), fill)

def fail(registry):
    raise RuntimeError("no ark")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path` for modules of another package."""
    folder = tmp_path / "package"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def loaded() -> Registry:
    registry = Registry(load_layouts, load_inits)
    registry.find_init("torch", ["Zoo"], "paddle", ["Zoo"])
    return registry


def test_a_module_registers_when_it_is_imported(
    install: Install, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(load_layouts, load_inits)
    monkeypatch.setattr("padiff.defaults.registry", registry)
    (package / "zoo_inits.py").write_text(DECORATED)
    install("zoo", "padiff.inits", zoo="zoo_inits")
    found = registry.find_init("torch", ["Zoo"], "paddle", ["Zoo"])
    assert found is not None
    assert found.origin == "zoo_inits.fill"


def test_a_callable_is_called_with_the_registry(install: Install, package: Path) -> None:
    (package / "ark_inits.py").write_text(CALLABLE)
    install("ark", "padiff.inits", ark="ark_inits:register")
    assert loaded().find_init("torch", ["Ark"], "paddle", ["Ark"]) is not None


def test_one_that_cannot_be_imported_is_named(install: Install) -> None:
    install("lost", "padiff.inits", lost="no_such_module:register")
    with pytest.raises(PluginError) as caught:
        loaded()
    assert str(caught.value).splitlines() == [
        "A plugin could not be loaded.",
        "  where:    entry point padiff.inits: lost = no_such_module:register (lost)",
        "  got:      ModuleNotFoundError: No module named 'no_such_module'",
        "  hint:     repair or uninstall the package that declares it",
    ]


def test_one_that_fails_is_named(install: Install, package: Path) -> None:
    (package / "sinking_inits.py").write_text(CALLABLE)
    install("sinking", "padiff.inits", sinking="sinking_inits:fail")
    with pytest.raises(PluginError) as caught:
        loaded()
    assert str(caught.value).splitlines() == [
        "A plugin could not register its init functions.",
        "  where:    entry point padiff.inits: sinking = sinking_inits:fail (sinking)",
        "  got:      RuntimeError: no ark",
    ]


def test_two_packages_that_register_one_pair_are_both_named(
    install: Install, package: Path
) -> None:
    (package / "ark_one.py").write_text(CALLABLE)
    (package / "ark_two.py").write_text(CALLABLE)
    install("ark-one", "padiff.inits", one="ark_one:register")
    install("ark-two", "padiff.inits", two="ark_two:register")
    with pytest.raises(PluginError) as caught:
        loaded()
    assert "it is held by ark_one.fill" in str(caught.value)
    assert "ark_two:register (ark-two)" in str(caught.value)


def test_nothing_is_imported_before_an_init_function_is_looked_for(install: Install) -> None:
    install("lost", "padiff.inits", lost="no_such_module:register")
    registry = Registry(load_layouts, load_inits)
    assert registry.find_layout("torch", ["Zoo"]) is None
