"""The registry: layouts by class, init functions by pair of classes.

A key names a class of a framework: `("torch", "LSTM")`. The class name is bare, or dotted where two
classes share it (`"paddle.compat.nn.Linear"` is named Linear and stores its weight as torch does).
Lookup walks the class's MRO, most specific class first; within one class, dotted names come before
the bare one. Registering a key twice is an error unless `replace=True`; a refused registration
changes nothing.

`padiff.registry` is the default registry. It holds what the installed adapters bring (entry-point
group `padiff.adapters`) and, once an init function is looked for, what other packages register
through the entry-point group `padiff.inits`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from padiff.errors import NotRegisteredError, RegistrationError
from padiff.layout import Layout
from padiff.protocols import InitFn

__all__ = ["ClassKey", "InitEntry", "InitKey", "LayoutEntry", "Load", "Registry"]


class ClassKey(NamedTuple):
    """A class of a framework."""

    framework: str
    class_name: str
    """Bare (`"Linear"`) or dotted (`"paddle.compat.nn.Linear"`)."""

    def __str__(self) -> str:
        return f"{self.framework} {self.class_name}"


class InitKey(NamedTuple):
    """The pair of classes an init function copies between, in this direction only."""

    base: ClassKey
    raw: ClassKey

    def __str__(self) -> str:
        return f"{self.base} -> {self.raw}"


@dataclass(frozen=True, slots=True)
class LayoutEntry:
    """A registered layout."""

    key: ClassKey
    layout: Layout


@dataclass(frozen=True, slots=True)
class InitEntry:
    """A registered init function."""

    key: InitKey
    func: InitFn[Any, Any]

    @property
    def origin(self) -> str:
        """Dotted name of the function, for messages and tables."""
        module = getattr(self.func, "__module__", type(self.func).__module__)
        name = getattr(self.func, "__qualname__", type(self.func).__qualname__)
        return f"{module}.{name}"


EntryT = TypeVar("EntryT", LayoutEntry, InitEntry)
KeyT = TypeVar("KeyT", ClassKey, InitKey)
Load = Callable[["Registry"], None]
_NEAR = 0.7  # similarity of two class names from which one is worth showing beside the other


def _nothing(_: Registry) -> None:
    return


class Registry:
    """Layouts and init functions. Empty unless told how to load what belongs in it.

    Args:
        load_layouts: Called once, before the first use of any kind, to fill in layouts and the init
            functions that come with them.
        load_inits: Called once, before the first lookup among init functions.
    """

    def __init__(self, load_layouts: Load = _nothing, load_inits: Load = _nothing) -> None:
        self._layouts: dict[ClassKey, LayoutEntry] = {}
        self._inits: dict[InitKey, InitEntry] = {}
        self._pending = [load_layouts, load_inits]
        self._broken: Exception | None = None

    def _load(self, stages: int) -> None:
        """Load what is pending; what failed once fails again, for it may be half done."""
        if self._broken:
            raise self._broken.with_traceback(None)
        while self._pending and 2 - len(self._pending) < stages:
            load = self._pending.pop(0)
            try:
                load(self)
            except BaseException as error:
                interrupted = RegistrationError("Loading the registry was interrupted.")
                self._broken = error if isinstance(error, Exception) else interrupted
                raise

    @property
    def layouts(self) -> Mapping[ClassKey, LayoutEntry]:
        """A read-only, live view of the layouts."""
        self._load(1)
        return MappingProxyType(self._layouts)

    @property
    def inits(self) -> Mapping[InitKey, InitEntry]:
        """A read-only, live view of the init functions."""
        self._load(2)
        return MappingProxyType(self._inits)

    def register_layout(
        self, framework: str, class_name: str, layout: Layout, *, replace: bool = False
    ) -> LayoutEntry:
        """Register how a class stores its tensors.

        Raises:
            RegistrationError: If the key is empty or taken (without `replace`), or `layout` is none.
        """
        self._load(1)
        key = _class_key(framework, class_name)
        if not isinstance(layout, Layout):
            raise RegistrationError(
                "Only a padiff.layout.Layout can be registered as a layout.",
                where=str(key),
                got=repr(layout),
            )
        entry = LayoutEntry(key, layout)
        _add(self._layouts, key, entry, replace=replace)
        return entry

    def register_init(
        self,
        base: tuple[str, str],
        raw: tuple[str, str],
        func: InitFn[Any, Any],
        *,
        replace: bool = False,
    ) -> InitEntry:
        """Register a function that fills a `raw` layer from a `base` layer; the order matters.

        Raises:
            RegistrationError: If a key is empty or the pair taken (without `replace`), or `func` is
                not callable.
        """
        self._load(1)
        key = InitKey(_class_key(*base), _class_key(*raw))
        if not callable(func):
            raise RegistrationError(
                "An init function must be callable as func(base_model, raw_model).",
                where=str(key),
                got=repr(func),
            )
        entry = InitEntry(key, func)
        _add(self._inits, key, entry, replace=replace)
        return entry

    def unregister_layout(self, framework: str, class_name: str) -> LayoutEntry:
        """Remove a layout and return its entry.

        Raises:
            NotRegisteredError: If there is none under this very key.
        """
        self._load(1)
        return _remove(self._layouts, ClassKey(framework, class_name), "layout")

    def unregister_init(self, base: tuple[str, str], raw: tuple[str, str]) -> InitEntry:
        """Remove an init function and return its entry.

        Raises:
            NotRegisteredError: If there is none under this very pair of keys.
        """
        self._load(2)
        return _remove(self._inits, InitKey(ClassKey(*base), ClassKey(*raw)), "init function")

    def find_layout(self, framework: str, class_names: Iterable[str]) -> LayoutEntry | None:
        """The layout of the first of `class_names` that has one; None if none has.

        Args:
            framework: The framework.
            class_names: A class's names, most specific first (`LayerHandle.class_names`).
        """
        self._load(1)
        found = (self._layouts.get(ClassKey(framework, name)) for name in class_names)
        return next((entry for entry in found if entry), None)

    def find_init(
        self,
        base_framework: str,
        base_names: Sequence[str],
        raw_framework: str,
        raw_names: Sequence[str],
    ) -> InitEntry | None:
        """The init function for a pair of classes; None if there is none.

        Both classes' names are tried most specific first, base's in the outer loop.
        """
        self._load(2)
        for base_name in base_names:
            for raw_name in raw_names:
                base, raw = ClassKey(base_framework, base_name), ClassKey(raw_framework, raw_name)
                if entry := self._inits.get(InitKey(base, raw)):
                    return entry
        return None

    def near_inits(self, base: ClassKey, raw: ClassKey) -> tuple[InitKey, ...]:
        """Up to five registered pairs that differ little from this one.

        Those that join one of the two classes, or one named much like it, to the other's framework,
        and those that are registered the other way round. For the message to somebody whose pair has
        no init function.
        """
        near = [
            key
            for key in self.inits
            if (_near(key.base, base) and key.raw.framework == raw.framework)
            or (_near(key.raw, raw) and key.base.framework == base.framework)
            or (_near(key.base, raw) and _near(key.raw, base))
        ]
        return tuple(sorted(near)[:5])

    def copy(self) -> Registry:
        """An independent registry with the same entries, as they are now."""
        other = Registry()
        other._layouts.update(self.layouts)
        other._inits.update(self.inits)
        return other


def _class_key(framework: object, class_name: object) -> ClassKey:
    for value, what in ((framework, "framework"), (class_name, "class name")):
        if not isinstance(value, str) or not value.strip():
            raise RegistrationError(
                f"A registry key needs a {what}.",
                got=repr((framework, class_name)),
                expected='two strings, such as ("torch", "BatchNorm2d")',
            )
    return ClassKey(str(framework), str(class_name))


def _add(entries: dict[KeyT, EntryT], key: KeyT, entry: EntryT, *, replace: bool) -> None:
    if (taken := entries.get(key)) and not replace:
        raise RegistrationError(
            "This key is registered already.",
            where=str(key),
            got=_described(entry),
            expected=f"a free key; it is held by {_described(taken)}",
            hint="pass replace=True to take its place, or unregister it first",
        )
    entries[key] = entry


def _described(entry: LayoutEntry | InitEntry) -> str:
    if isinstance(entry, InitEntry):
        return entry.origin
    view = entry.layout.view
    return f"{view.__module__}.{view.__qualname__}" if view else "a container layout"


def _remove(entries: dict[KeyT, EntryT], key: KeyT, what: str) -> EntryT:
    try:
        return entries.pop(key)
    except KeyError:
        known = [str(k) for k in entries]
        close = difflib.get_close_matches(str(key), known, n=5, cutoff=0.4)
        raise NotRegisteredError(
            f"There is no {what} under this key.",
            where=str(key),
            hint="close to it: " + ", ".join(close) if close else "nothing is registered near it",
        ) from None


def _near(known: ClassKey, wanted: ClassKey) -> bool:
    if known.framework != wanted.framework:
        return False
    ours, theirs = (key.class_name.rpartition(".")[2].lower() for key in (known, wanted))
    return difflib.SequenceMatcher(None, ours, theirs).ratio() >= _NEAR
