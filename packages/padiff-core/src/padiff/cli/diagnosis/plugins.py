"""The installed plugins, each loaded by itself: one that is broken does not hide the others."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

from padiff._version import __version__
from padiff.adapters import adapter_points, init_points, load_plugin, plugins
from padiff.cli.diagnosis.checks import Framework
from padiff.cli.diagnosis.finding import Finding
from padiff.errors import PluginError

if TYPE_CHECKING:
    from padiff.adapters import Plugin

__all__ = ["frameworks", "plugin_findings"]

_OURS = ("torch", "paddle")


def plugin_findings() -> tuple[list[Finding], list[Plugin]]:
    """What there is to say of the plugins, and those that could be loaded."""
    points = adapter_points()
    found = [_loaded(point) for point in points]
    findings = [_finding(point, each) for point, each in zip(points, found, strict=True)]
    loaded = [plugin for plugin in found if not isinstance(plugin, PluginError)]
    if len(loaded) == len(findings):
        findings += _at_odds()
    findings += [
        Finding(
            "init functions", f"{point.value} ({_distribution(point)})", remark="not loaded here"
        )
        for point in init_points()
    ]
    return findings or [_none()], loaded


def _loaded(point: EntryPoint) -> Plugin | PluginError:
    try:
        return load_plugin(point)
    except PluginError as error:
        return error


def _finding(point: EntryPoint, plugin: Plugin | PluginError) -> Finding:
    if isinstance(plugin, PluginError):
        return _broken(point, plugin)
    version = point.dist.version if point.dist else "unknown"
    found = f"{_distribution(point)} {version}, for {plugin.framework}"
    if plugin.framework in _OURS and version != __version__:
        hint = f"it comes in the version of padiff, which is {__version__}: install both anew"
        return Finding("adapter", found, "wrong", hint)
    return Finding("adapter", found)


def _broken(point: EntryPoint, error: PluginError) -> Finding:
    return Finding(
        "adapter",
        f"{_distribution(point)}: {point.value}",
        "wrong",
        " ".join(filter(None, (error.what, error.got, error.hint and f"({error.hint})"))),
    )


def _at_odds() -> Iterator[Finding]:
    """Two that adapt one framework."""
    try:
        plugins()
    except PluginError as error:
        yield Finding("adapter", error.got, "wrong", f"{error.what} {error.hint}")


def _none() -> Finding:
    return Finding(
        "adapter",
        "none",
        "note",
        "traces can be shown and compared; to record or run models: python -m pip install"
        f" {' '.join(f'padiff-{name}' for name in _OURS)}",
    )


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "unknown distribution"


def frameworks(loaded: list[Plugin]) -> dict[str, Framework]:
    """What to look for: the plugins' frameworks, and those of our own adapters in any case."""
    ours = {name: Framework(name, name) for name in _OURS}
    theirs = {
        plugin.framework: Framework(
            plugin.framework,
            plugin.package.partition(".")[0],
            plugin.measured,
            plugin.distribution,
        )
        for plugin in loaded
    }
    return {**ours, **theirs}
