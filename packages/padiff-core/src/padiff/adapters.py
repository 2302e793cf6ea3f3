"""Which adapter owns an object, and the plugins that bring adapters and init functions.

A plugin is found through the entry-point group `padiff.adapters`; its object is a `Plugin`. Loading a
plugin imports no framework: its layouts are pure functions of arrays. Only when a user's object
belongs to a framework (which is then in `sys.modules`, because the object exists) is the adapter
itself imported.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TYPE_CHECKING, Any

from padiff.errors import AdapterNotInstalledError, PluginError, UnknownFrameworkError
from padiff.registry import ClassKey

if TYPE_CHECKING:
    from padiff.protocols import FrameworkAdapter
    from padiff.registry import Registry

__all__ = [
    "ADAPTER_GROUP",
    "INIT_GROUP",
    "Plugin",
    "adapter_named",
    "adapter_of",
    "adapter_points",
    "class_key",
    "init_points",
    "load_inits",
    "load_layouts",
    "load_plugin",
    "plugins",
]

ADAPTER_GROUP = "padiff.adapters"
INIT_GROUP = "padiff.inits"
_OUR_ADAPTERS = {"torch": "padiff-torch", "paddle": "padiff-paddle"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """What an adapter package offers, importable without its framework."""

    framework: str
    """The name in registry keys."""
    package: str
    """The import package the framework's modules live in."""
    distribution: str
    """What to install to get the adapter."""
    adapter: Callable[[], FrameworkAdapter]
    """Imports the framework and returns its adapter; called at most once a process."""
    register: Callable[[Registry], None]
    """Registers the layouts, and the init functions that come with them. Imports no framework."""
    measured: str = ""
    """The version of the framework on which what the package states of it was measured."""

    def owns_class(self, cls: type) -> bool:
        """Whether `cls` derives from a class defined in the framework's package."""
        inside = (self.package, self.package + ".")
        return any(
            c.__module__ == inside[0] or c.__module__.startswith(inside[1]) for c in cls.__mro__
        )


@cache
def plugins() -> tuple[Plugin, ...]:
    """Every installed plugin, in the order of their frameworks' names.

    Raises:
        PluginError: If one cannot be imported, is no `Plugin`, or two claim the same framework.
    """
    found: dict[str, Plugin] = {}
    for point in adapter_points():
        plugin = load_plugin(point)
        if plugin.framework in found and found[plugin.framework] != plugin:
            raise PluginError(
                f"Two installed packages adapt {plugin.framework}.",
                where=_where(point),
                got=f"{found[plugin.framework].distribution} and {plugin.distribution}",
                hint="uninstall one of them",
            )
        found[plugin.framework] = plugin
    return tuple(found.values())


def adapter_points() -> list[EntryPoint]:
    """Where the installed plugins are, by name; none is loaded."""
    return sorted(entry_points(group=ADAPTER_GROUP), key=lambda point: point.name)


def load_plugin(point: EntryPoint) -> Plugin:
    """The plugin at one of `adapter_points`.

    Raises:
        PluginError: If it cannot be imported, or is no `Plugin`.
    """
    plugin = _load(point)
    if not isinstance(plugin, Plugin):
        raise PluginError(
            "An adapter's entry point does not name a padiff.adapters.Plugin.",
            where=_where(point),
            got=repr(plugin),
        )
    return plugin


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        raise PluginError(
            "A plugin could not be loaded.",
            where=_where(point),
            got=f"{type(error).__name__}: {error}",
            hint="repair or uninstall the package that declares it",
        ) from error


def _where(point: EntryPoint) -> str:
    distribution = point.dist.name if point.dist else "unknown distribution"
    return f"entry point {point.group}: {point.name} = {point.value} ({distribution})"


@cache
def _adapter(plugin: Plugin) -> FrameworkAdapter:
    return plugin.adapter()


def adapter_named(framework: str) -> FrameworkAdapter:
    """The adapter of a framework, imported if need be.

    Raises:
        AdapterNotInstalledError: If no installed plugin adapts it, or the framework is missing.
    """
    for plugin in plugins():
        if plugin.framework == framework:
            return _adapter(plugin)
    raise _not_installed(framework)


def adapter_of(module: object) -> FrameworkAdapter:
    """The adapter whose framework `module` belongs to.

    Raises:
        AdapterNotInstalledError: If it is a torch or paddle module and the adapter is not installed.
        UnknownFrameworkError: If no framework's adapter takes it for a module.
    """
    for plugin in plugins():
        if plugin.package.partition(".")[0] in sys.modules and plugin.owns_class(type(module)):
            adapter = _adapter(plugin)
            if adapter.owns(module):
                return adapter
            raise _not_a_module(module, f"The object is no module of {plugin.framework}.")
    for root in {c.__module__.partition(".")[0] for c in type(module).__mro__}:
        if root in _OUR_ADAPTERS:
            raise _not_installed(root)
    if isinstance(module, type):
        raise _not_a_module(module, "A class is no model.")
    raise _not_a_module(module, "The object belongs to no framework an adapter is installed for.")


def _not_installed(framework: str) -> AdapterNotInstalledError:
    distribution = _OUR_ADAPTERS.get(framework, f"an adapter for {framework}")
    installed = ", ".join(plugin.distribution for plugin in plugins()) or "none"
    return AdapterNotInstalledError(
        f"The adapter for {framework} is not installed.",
        got=f"installed adapters: {installed}",
        hint=f"python -m pip install {distribution}"
        if framework in _OUR_ADAPTERS
        else f"install {distribution}",
    )


def _not_a_module(module: object, what: str) -> UnknownFrameworkError:
    cls = module if isinstance(module, type) else type(module)
    known = ", ".join(plugin.framework for plugin in plugins()) or "none"
    return UnknownFrameworkError(
        what,
        got=f"{'the class' if cls is module else 'an object of class'} "
        f"{cls.__module__}.{cls.__qualname__}",
        expected=f"a module of one of: {known}",
        hint="pass an instance, not its class" if cls is module else "",
    )


def class_key(side: tuple[str, str] | type) -> ClassKey:
    """The registry key of a class, or of a pair of strings that names one.

    Raises:
        UnknownFrameworkError: If a class derives from no known framework's module class.
    """
    if not isinstance(side, type):
        return ClassKey(*side)
    for plugin in plugins():
        if plugin.owns_class(side):
            return ClassKey(plugin.framework, f"{side.__module__}.{side.__qualname__}")
    raise UnknownFrameworkError(
        "The class belongs to no framework an adapter is installed for.",
        got=f"{side.__module__}.{side.__qualname__}",
        expected="a module class of one of: " + ", ".join(p.framework for p in plugins()),
    )


def load_layouts(registry: Registry) -> None:
    """Register everything the installed plugins bring."""
    for plugin in plugins():
        plugin.register(registry)


def load_inits(registry: Registry) -> None:
    """Import what other packages name in the entry-point group `padiff.inits`.

    Each entry point names a module, which registers its functions when it is imported (with
    `special_init`), or a callable, which is called with the registry.

    Raises:
        PluginError: If one cannot be imported or fails; it names the package.
    """
    for point in init_points():
        loaded = _load(point)
        if not callable(loaded) and not isinstance(loaded, ModuleType):
            raise PluginError(
                "A plugin for init functions names neither a module nor a callable.",
                where=_where(point),
                got=repr(loaded),
                expected="a module that registers when it is imported, or a function of a registry",
            )
        if callable(loaded):
            try:
                loaded(registry)
            except Exception as error:
                raise PluginError(
                    "A plugin could not register its init functions.",
                    where=_where(point),
                    got=f"{type(error).__name__}: {error}",
                ) from error


def init_points() -> list[EntryPoint]:
    """Where other packages' init functions are; none is loaded."""
    return sorted(entry_points(group=INIT_GROUP), key=lambda point: (point.name, point.value))
