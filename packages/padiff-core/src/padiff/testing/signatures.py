"""Whether an object's methods can be called as a Protocol says: names, kinds and defaults.

`isinstance` against a runtime-checkable Protocol looks at names alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

__all__ = ["differences"]


def differences(value: object, protocol: type) -> list[str]:
    """What of `protocol` an object lacks or spells otherwise; empty if it conforms.

    >>> class Opens:
    ...     def open(self, name: str) -> None: ...
    >>> class Door:
    ...     def open(self, *, handle: str) -> None: ...
    >>> differences(Door(), Opens)
    ['open(*, handle), expected open(name)']
    """
    return list(_differences(value, protocol))


def _differences(value: object, protocol: type) -> Iterator[str]:
    members = {k: v for base in reversed(protocol.__mro__) for k, v in vars(base).items()}
    for name, member in members.items():
        if name.startswith("_"):
            continue
        if not hasattr(value, name):
            yield f"{name} is missing"
        elif inspect.isfunction(member):
            found = _spelled(getattr(value, name), bound=True)
            expected = _spelled(member, bound=False)
            if found != expected:
                yield f"{name}{found}, expected {name}{expected}"


def _spelled(function: object, *, bound: bool) -> str:
    """A signature without annotations, and without `self`."""
    if not callable(function):
        return " is not callable"
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[0 if bound else 1 :]
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))
