"""A torch module behind the core's `LayerHandle`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from padiff.tree import join
from padiff_torch.state import TorchState, hidden_items, registered_ids

__all__ = ["TorchHandle", "class_names"]

_NAMESPACES = (torch.nn, torch.nn.utils.parametrizations)


@cache
def class_names(cls: type[torch.nn.Module]) -> tuple[str, ...]:
    """The names a class and its bases answer to, most specific first, below `torch.nn.Module`.

    The classes `torch.nn.utils.parametrize` generates (`ParametrizedLinear`) stand for their base.
    """
    return tuple(name for base in cls.__mro__ if _counts(base) for name in _names(base))


def _counts(cls: type) -> bool:
    generated = cls.__module__ == "torch.nn.utils.parametrize"
    return issubclass(cls, torch.nn.Module) and cls is not torch.nn.Module and not generated


def _names(cls: type) -> Iterator[str]:
    for namespace in _NAMESPACES:
        if getattr(namespace, cls.__name__, None) is cls:
            yield f"{namespace.__name__}.{cls.__name__}"
    yield f"{cls.__module__}.{cls.__qualname__}"
    yield cls.__name__


@dataclass(frozen=True, slots=True)
class TorchHandle:
    """One module of a torch model."""

    module: torch.nn.Module
    path: str
    registered: frozenset[int]
    """Identities of every registered tensor and module of the model, to know the hidden ones by."""

    framework = "torch"

    @classmethod
    def root(cls, module: torch.nn.Module) -> TorchHandle:
        """The handle of a whole model."""
        return cls(module, "", registered_ids(module))

    @property
    def class_names(self) -> Sequence[str]:
        """Names of the module's class and its bases, most specific first."""
        cls: Any = type(self.module)  # mypy takes its __hash__ for an instance's
        return class_names(cls)

    def children(self) -> Sequence[tuple[str, TorchHandle]]:
        """Registered children, then modules kept in plain lists, tuples and dicts."""
        found = [(name, child) for name, child in self.module._modules.items() if child is not None]
        found += hidden_items(self.module, torch.nn.Module, self.registered)
        return [
            (name, TorchHandle(child, join(self.path, name), self.registered))
            for name, child in found
        ]

    def state(self, *, own: bool = False) -> TorchState:
        """The tensors of the module, with its subtree unless `own`."""
        return TorchState(self.module, self.registered, own=own)
