"""Adapters are found by the entry points of installed distributions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import padiff
from padiff import Registry
from padiff.adapters import (
    Plugin,
    adapter_named,
    adapter_of,
    class_key,
    load_inits,
    load_layouts,
    plugins,
)
from padiff.errors import AdapterNotInstalledError, PluginError, UnknownFrameworkError
from tests.reference import Linear, Module, Parameter
from tests.reference.adapter import PLUGIN, ReferenceAdapter
from tests.reference.installed import Install

GROUP = "padiff.adapters"
ANOTHER = """
from dataclasses import replace
from tests.reference.adapter import PLUGIN
OTHER = replace(PLUGIN, distribution="padiff-imitation")
SAME = PLUGIN
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on `sys.path` for modules of another package."""
    folder = tmp_path / "package"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No plugin is installed, whatever is."""
    monkeypatch.setattr("padiff.adapters.entry_points", lambda group: ())  # noqa: ARG005
    plugins.cache_clear()
    yield
    plugins.cache_clear()


def message(error: BaseException) -> list[str]:
    return str(error).splitlines()


def test_an_installed_plugin_is_found(reference: Registry) -> None:
    assert PLUGIN in plugins()
    key = ("reference", "tests.reference.layers.Linear")
    assert key in reference.layouts
    assert isinstance(adapter_named("reference"), ReferenceAdapter)


@pytest.mark.usefixtures("reference")
def test_a_plugin_is_the_adapter_of_its_modules() -> None:
    model = padiff.create_model(Linear(2, 3))
    assert (model.framework, model.name) == ("reference", "Linear")
    assert adapter_of(Linear(2, 3)) is adapter_named("reference")


@pytest.mark.usefixtures("install")
def test_what_is_not_installed_is_not_found() -> None:
    assert "reference" not in [plugin.framework for plugin in plugins()]
    with pytest.raises(UnknownFrameworkError):
        padiff.create_model(Linear(2, 3))


@pytest.mark.usefixtures("reference")
def test_plugins_come_in_the_order_of_their_names() -> None:
    names = [plugin.framework for plugin in plugins()]
    assert names == sorted(names)


def test_a_plugin_that_cannot_be_imported_is_named(install: Install) -> None:
    install("padiff-broken", GROUP, broken="no_such_module:PLUGIN")
    with pytest.raises(PluginError) as caught:
        plugins()
    assert message(caught.value) == [
        "A plugin could not be loaded.",
        "  where:    entry point padiff.adapters: broken = no_such_module:PLUGIN (padiff-broken)",
        "  got:      ModuleNotFoundError: No module named 'no_such_module'",
        "  hint:     repair or uninstall the package that declares it",
    ]


def test_a_plugin_that_lacks_its_object_is_named(install: Install) -> None:
    install("padiff-broken", GROUP, broken="tests.reference.adapter:NOTHING")
    with pytest.raises(PluginError) as caught:
        plugins()
    assert message(caught.value)[2] == (
        "  got:      AttributeError: module 'tests.reference.adapter' has no attribute 'NOTHING'"
    )


def test_an_object_that_is_no_plugin_is_shown(install: Install) -> None:
    install("padiff-odd", GROUP, odd="tests.core.test_plugins:GROUP")
    with pytest.raises(PluginError) as caught:
        plugins()
    assert message(caught.value) == [
        "An adapter's entry point does not name a padiff.adapters.Plugin.",
        "  where:    entry point padiff.adapters: odd = tests.core.test_plugins:GROUP (padiff-odd)",
        "  got:      'padiff.adapters'",
    ]


@pytest.mark.usefixtures("reference")
def test_two_packages_that_adapt_one_framework_are_both_named(
    install: Install, package: Path
) -> None:
    (package / "imitation.py").write_text(ANOTHER)
    install("padiff-imitation", GROUP, zeta="imitation:OTHER")
    with pytest.raises(PluginError) as caught:
        plugins()
    assert message(caught.value) == [
        "Two installed packages adapt reference.",
        "  where:    entry point padiff.adapters: zeta = imitation:OTHER (padiff-imitation)",
        "  got:      padiff-reference and padiff-imitation",
        "  hint:     uninstall one of them",
    ]


@pytest.mark.usefixtures("reference")
def test_one_plugin_under_two_names_is_one(install: Install, package: Path) -> None:
    (package / "again.py").write_text(ANOTHER)
    install("padiff-again", GROUP, again="again:SAME")
    assert [plugin.framework for plugin in plugins()].count("reference") == 1


def test_a_plugin_that_cannot_register_its_layouts_says_so_each_time(
    install: Install, package: Path
) -> None:
    source = "from padiff.adapters import Plugin\n"
    source += "def register(registry): raise RuntimeError('no layouts')\n"
    source += "PLUGIN = Plugin('toy', 'toy', 'padiff-toy', lambda: None, register)\n"
    (package / "toy_plugin.py").write_text(source)
    install("padiff-toy", GROUP, toy="toy_plugin:PLUGIN")
    registry = Registry(load_layouts, load_inits)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no layouts"):
            registry.find_layout("toy", ["Linear"])


@pytest.mark.usefixtures("alone")
def test_a_framework_without_an_adapter_is_named_with_what_to_install() -> None:
    with pytest.raises(AdapterNotInstalledError) as caught:
        adapter_named("torch")
    assert message(caught.value) == [
        "The adapter for torch is not installed.",
        "  got:      installed adapters: none",
        "  hint:     python -m pip install padiff-torch",
    ]


@pytest.mark.usefixtures("reference")
def test_a_framework_nobody_knows_is_named() -> None:
    with pytest.raises(AdapterNotInstalledError) as caught:
        adapter_named("theano")
    first, got, hint = message(caught.value)
    assert first == "The adapter for theano is not installed."
    assert "padiff-reference" in got
    assert hint == "  hint:     install an adapter for theano"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("framework", ["torch", "paddle"])
def test_a_module_of_a_framework_without_its_adapter_names_what_to_install(framework: str) -> None:
    layer = type("Linear", (), {"__module__": f"{framework}.nn.modules.linear"})
    with pytest.raises(AdapterNotInstalledError) as caught:
        padiff.create_model(layer())
    assert message(caught.value)[2] == f"  hint:     python -m pip install padiff-{framework}"


@pytest.mark.usefixtures("alone")
def test_an_object_of_no_framework_is_refused() -> None:
    with pytest.raises(UnknownFrameworkError) as caught:
        padiff.create_model(Linear(2, 3))
    assert message(caught.value) == [
        "The object belongs to no framework an adapter is installed for.",
        "  got:      an object of class tests.reference.layers.Linear",
        "  expected: a module of one of: none",
    ]


@pytest.mark.usefixtures("reference")
def test_an_object_of_a_framework_that_is_no_module_is_refused() -> None:
    with pytest.raises(UnknownFrameworkError) as caught:
        padiff.create_model(Parameter([1.0]))
    first, got, _ = message(caught.value)
    assert first == "The object is no module of reference."
    assert got == "  got:      an object of class tests.reference.tensors.Parameter"


@pytest.mark.usefixtures("reference")
def test_a_class_is_no_model() -> None:
    with pytest.raises(UnknownFrameworkError) as caught:
        padiff.create_model(Linear)
    first, got, _, hint = message(caught.value)
    assert first == "A class is no model."
    assert got == "  got:      the class tests.reference.layers.Linear"
    assert hint == "  hint:     pass an instance, not its class"


class UsersOwn(Linear):
    """A class outside the framework's package."""


@pytest.mark.usefixtures("reference")
def test_a_users_class_belongs_to_the_framework_it_derives_from() -> None:
    assert padiff.create_model(UsersOwn(2, 3)).framework == "reference"
    assert class_key(UsersOwn) == ("reference", "tests.core.test_plugins.UsersOwn")
    assert class_key(Module) == ("reference", "tests.reference.modules.Module")


def test_a_package_that_only_begins_like_a_frameworks_is_not_its() -> None:
    plugin = Plugin("toy", "toy", "padiff-toy", ReferenceAdapter, lambda _: None)
    cls = type("Linear", (), {"__module__": "toyota.nn"})
    assert not plugin.owns_class(cls)
    assert plugin.owns_class(type("Linear", (), {"__module__": "toy.nn"}))
    assert plugin.owns_class(type("Linear", (), {"__module__": "toy"}))


@pytest.mark.usefixtures("alone")
def test_a_class_of_no_framework_has_no_key() -> None:
    with pytest.raises(UnknownFrameworkError) as caught:
        class_key(int)
    assert message(caught.value)[0] == (
        "The class belongs to no framework an adapter is installed for."
    )


def test_an_entry_point_for_init_functions_that_registers_none_is_refused(
    install: Install, package: Path
) -> None:
    (package / "zoo.py").write_text("CONSTANT = 3\n")
    install("padiff-zoo", "padiff.inits", zoo="zoo:CONSTANT")
    with pytest.raises(PluginError) as caught:
        load_inits(Registry())
    assert message(caught.value) == [
        "A plugin for init functions names neither a module nor a callable.",
        "  where:    entry point padiff.inits: zoo = zoo:CONSTANT (padiff-zoo)",
        "  got:      3",
        "  expected: a module that registers when it is imported, or a function of a registry",
    ]
