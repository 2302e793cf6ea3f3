"""Init functions that come with an adapter: one module each, in its `inits` folder.

Dropping a file into the folder is all it takes to add one:

    @register("torch", "torch.nn.Foo", "paddle", "paddle.nn.Bar")
    def init_foo_as_bar(base_model: Foo, raw_model: Bar) -> None: ...

Such a module imports no framework when it is imported; it does so inside the function, or for type
checking only. Where one kind of layer can stand for another, `transfer_as` does the copying.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from padiff.errors import PluginError

if TYPE_CHECKING:
    from padiff.kind import Kind
    from padiff.registry import Registry
    from padiff.transfer_report import TransferReport

__all__ = ["register", "register_package", "transfer_as"]

FuncT = TypeVar("FuncT", bound=Callable[[Any, Any], object])
_collected: dict[
    str, list[tuple[tuple[str, str], tuple[str, str], Callable[[Any, Any], object]]]
] = {}


def register(
    base_framework: str, base_class: str, raw_framework: str, raw_class: str
) -> Callable[[FuncT], FuncT]:
    """Mark a function of an adapter's `inits` folder as the init function of a pair of classes.

    The arguments are those of `padiff.add_special_init`. The function enters a registry when the
    adapter's plugin registers its package, so that every registry can hold it.
    """

    def collect(func: FuncT) -> FuncT:
        entry = ((base_framework, base_class), (raw_framework, raw_class), func)
        _collected.setdefault(func.__module__, []).append(entry)
        return func

    return collect


def register_package(package: ModuleType, registry: Registry) -> None:
    """Register the marked functions of every module in `package`.

    Raises:
        PluginError: If a module there has none.
        RegistrationError: If a pair is taken.
    """
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = import_module(f"{package.__name__}.{info.name}")
        if module.__name__ not in _collected:
            raise PluginError(
                "A module of init functions registers none.",
                where=module.__name__,
                expected="a function decorated with padiff.inits.register",
            )
        for base, raw, func in _collected[module.__name__]:
            registry.register_init(base, raw, func)


def transfer_as(base_model: Any, raw_model: Any, kinds: Mapping[Kind, Kind]) -> TransferReport:
    """Copy as `padiff.assign_weight` does, with layers of some kinds taken for layers of others.

    For an init function between two layers that hold tensors of the same canonical names and
    compute the same under a condition no layout can see. No init function takes part.

    Args:
        base_model: The native module to copy from.
        raw_model: The native module to copy to.
        kinds: By the kind a layout declares, the kind to take its layers for.

    Raises:
        PadiffError: What `padiff.assign_weight` raises.
    """
    from padiff.defaults import registry  # not at import: adapters need this module first
    from padiff.registry import Registry
    from padiff.transfer import assign_weight

    taken = Registry()
    for key, entry in registry.layouts.items():
        as_kind = [kinds[kind] for kind in entry.layout.possible_kinds if kind in kinds]
        layout = replace(entry.layout, kind=as_kind[0]) if as_kind else entry.layout
        taken.register_layout(*key, layout)
    return assign_weight(base_model, raw_model, registry=taken)
