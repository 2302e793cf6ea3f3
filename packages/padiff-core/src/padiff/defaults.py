"""The default registry, and the two ways to add an init function to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from padiff.adapters import class_key, load_inits, load_layouts
from padiff.errors import UsageError
from padiff.protocols import InitFn
from padiff.registry import ClassKey, Registry

__all__ = ["Name", "add_special_init", "registry", "special_init"]

BaseT = TypeVar("BaseT")
RawT = TypeVar("RawT")
Name = tuple[str, str]

registry = Registry(load_layouts, load_inits)
"""The registry used wherever none is passed: layouts and init functions of all installed packages."""


def add_special_init(
    base_framework: str,
    base_class: str,
    raw_framework: str,
    raw_class: str,
    func: InitFn[Any, Any],
    *,
    replace: bool = False,
) -> None:
    """Register an init function in the default registry.

    Args:
        base_framework: `"torch"`, `"paddle"`, ...: the framework of the model weights come from.
        base_class: Class name of the base module, bare or dotted.
        raw_framework: The framework of the model weights go to.
        raw_class: Class name of the raw module.
        func: `func(base_model, raw_model)`; see `padiff.protocols.InitFn`.
        replace: Take the place of a function registered for the same pair.

    Raises:
        RegistrationError: If the pair is taken, a name is empty, or `func` is not callable.

    >>> def init_norm(base_model, raw_model): ...
    >>> add_special_init("torch", "MyNorm", "paddle", "MyNorm", init_norm)
    >>> registry.unregister_init(("torch", "MyNorm"), ("paddle", "MyNorm")).func is init_norm
    True
    """
    registry.register_init(
        (base_framework, base_class), (raw_framework, raw_class), func, replace=replace
    )


@overload
def special_init(
    base: type[BaseT], raw: type[RawT], *, replace: bool = False
) -> Callable[[Callable[[BaseT, RawT], None]], Callable[[BaseT, RawT], None]]: ...
@overload
def special_init(
    base: type[BaseT], raw: Name, *, replace: bool = False
) -> Callable[[Callable[[BaseT, Any], None]], Callable[[BaseT, Any], None]]: ...
@overload
def special_init(
    base: Name, raw: type[RawT], *, replace: bool = False
) -> Callable[[Callable[[Any, RawT], None]], Callable[[Any, RawT], None]]: ...
@overload
def special_init(
    base: Name, raw: Name, *, replace: bool = False
) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]: ...
def special_init(
    base: Any, raw: Any, *, replace: bool = False
) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]:
    """Register the decorated function as the init function of a pair of classes.

    Each side is the class itself, which lets a type checker hold the function's parameters against
    it, or a pair of strings `("torch", "BatchNorm2d")`, which needs no import.

    Returns:
        A decorator that returns the function unchanged.

    Raises:
        UsageError: If a side is neither a class nor a pair of strings.
        UnknownFrameworkError: If a class belongs to no known framework.
        RegistrationError: From the decorator, if the pair is taken.
    """
    keys = _key(base, "base"), _key(raw, "raw")

    def register(func: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        registry.register_init(*keys, func, replace=replace)
        return func

    return register


def _key(side: Any, name: str) -> ClassKey:
    pair = isinstance(side, tuple) and len(side) == 2 and all(isinstance(s, str) for s in side)
    if not pair and not isinstance(side, type):
        raise UsageError(
            f"special_init cannot tell which class {name} is.",
            got=repr(side),
            expected='a class, or a pair such as ("torch", "BatchNorm2d")',
        )
    return class_key(side)
