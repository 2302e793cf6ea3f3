"""A reference module behind the core's `LayerHandle`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from padiff.tree import join

from .modules import Module
from .state import ReferenceState, hidden, registered

__all__ = ["ReferenceHandle"]


@dataclass(frozen=True, slots=True)
class ReferenceHandle:
    """One module of a model."""

    module: Module
    path: str
    registered: frozenset[int]
    """Identities of every registered tensor and module of the model."""

    framework = "reference"

    @classmethod
    def root(cls, module: Module) -> ReferenceHandle:
        """The handle of a whole model."""
        return cls(module, "", registered(module))

    @property
    def class_names(self) -> Sequence[str]:
        """Dotted, then bare, class by class; below `Module`."""
        return tuple(self._class_names())

    def _class_names(self) -> Iterator[str]:
        for cls in type(self.module).__mro__:
            if issubclass(cls, Module) and cls is not Module:
                yield from (f"{cls.__module__}.{cls.__qualname__}", cls.__name__)

    def children(self) -> Sequence[tuple[str, ReferenceHandle]]:
        """Registered children, then modules in plain containers."""
        found = [*self.module._children.items(), *hidden(self.module, Module, self.registered)]
        return [
            (name, ReferenceHandle(child, join(self.path, name), self.registered))
            for name, child in found
        ]

    def state(self, *, own: bool = False) -> ReferenceState:
        """The tensors of the module, with its subtree unless `own`."""
        return ReferenceState(self.module, self.registered, own=own)
