"""Hyper-parameters of modules as JSON holds them, and back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from padiff.compare.scalars import to_json
from padiff.hyperparameters import NOT_APPLICABLE, Inexpressible, Reading, Setting
from padiff.trace.index import SettingEntry

if TYPE_CHECKING:
    from padiff.layout import Layout

__all__ = ["recorded_setting", "setting_entries"]

_UNKNOWN = object()
_LARGEST = 1 << 53
"""Beyond it, a JSON reader may make a float of an integer."""


def setting_entries(layout: Layout | None, module: Any) -> Iterator[tuple[str, SettingEntry]]:
    """The settings a layout declares, as they are now; those JSON cannot hold are left out."""
    for name, setting in layout.settings.items() if layout else ():
        try:
            reading = setting.read(module)
        except Exception:  # noqa: BLE001, S112 - not to be read here, the lint says so where it asks
            continue
        if (kept := _kept(setting.argument, reading)) is not None:
            yield name, kept


def _kept(argument: str, reading: Reading) -> SettingEntry | None:
    if reading.native is NOT_APPLICABLE:
        return SettingEntry(argument, None, None, applies=False)
    native, canonical = _plain(reading.native), _plain(reading.canonical)
    if native is _UNKNOWN or canonical is _UNKNOWN:
        return None
    return SettingEntry(argument, native, canonical)


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return str(value)  # of a subclass, the plain one
        case int() if abs(value) <= _LARGEST:
            return int(value)
        case float():  # what JSON has no number for is an object, to tell it from a string
            return float(value) if math.isfinite(value) else {"float": to_json(float(value))}
        case tuple() | list():
            items = [_plain(item) for item in value]
            return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
    return _UNKNOWN


def recorded_setting(kept: SettingEntry) -> Setting:
    """A setting that was read when it was recorded."""
    values = map(_as_read, (kept.native, kept.canonical))
    reading = Reading(*values) if kept.applies else Reading(NOT_APPLICABLE, NOT_APPLICABLE)

    def spelled(canonical: Any) -> Any:
        # How its framework spells it, only the adapter knows.
        raise Inexpressible(
            f"change {kept.argument}: in canonical spelling it is to be {canonical!r}"
        )

    return Setting(kept.argument, lambda _: reading, from_canonical=spelled)


def _as_read(value: Any) -> Any:
    """JSON has lists alone; settings are tuples."""
    match value:
        case list():
            return tuple(map(_as_read, value))
        case {"float": "nan" | "inf" | "-inf" as number}:
            return float(number)
    return value
