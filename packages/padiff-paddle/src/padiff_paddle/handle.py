"""A paddle layer behind the core's `LayerHandle`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import paddle

from padiff.tree import join
from padiff_paddle.state import PaddleState, hidden_items, registered_ids

__all__ = ["PaddleHandle", "class_names"]

_NAMESPACES = (paddle.nn, paddle.compat.nn, paddle.incubate.nn, paddle.sparse.nn)


@cache
def class_names(cls: type[paddle.nn.Layer]) -> tuple[str, ...]:
    """The names a class and its bases answer to, most specific first, below `paddle.nn.Layer`."""
    return tuple(name for base in cls.__mro__ if _counts(base) for name in _names(base))


def _counts(cls: type) -> bool:
    return issubclass(cls, paddle.nn.Layer) and cls is not paddle.nn.Layer


def _names(cls: type) -> Iterator[str]:
    for namespace in _NAMESPACES:
        if getattr(namespace, cls.__name__, None) is cls:
            yield f"{namespace.__name__}.{cls.__name__}"
    yield f"{cls.__module__}.{cls.__qualname__}"
    yield cls.__name__


@dataclass(frozen=True, slots=True)
class PaddleHandle:
    """One layer of a paddle model."""

    module: paddle.nn.Layer
    path: str
    registered: frozenset[int]
    """Identities of every registered tensor and layer of the model, to know the hidden ones by."""

    framework = "paddle"

    @classmethod
    def root(cls, module: paddle.nn.Layer) -> PaddleHandle:
        """The handle of a whole model."""
        return cls(module, "", registered_ids(module))

    @property
    def class_names(self) -> Sequence[str]:
        """Names of the layer's class and its bases, most specific first."""
        cls: Any = type(self.module)  # mypy takes its __hash__ for an instance's
        return class_names(cls)

    def children(self) -> Sequence[tuple[str, PaddleHandle]]:
        """Registered children, then layers kept in plain lists, tuples and dicts."""
        layers = self.module._sub_layers.items()
        found = [(name, child) for name, child in layers if child is not None]
        found += hidden_items(self.module, paddle.nn.Layer, self.registered)
        return [
            (name, PaddleHandle(child, join(self.path, name), self.registered))
            for name, child in found
        ]

    def state(self, *, own: bool = False) -> PaddleState:
        """The tensors of the layer, with its subtree unless `own`."""
        return PaddleState(self.module, self.registered, own=own)
