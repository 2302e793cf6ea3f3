"""Layouts to be told apart."""

from __future__ import annotations

from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors


def as_it_is(tensors: Tensors) -> dict[str, Array]:
    return dict(tensors)


def turned(tensors: Tensors) -> dict[str, Array]:
    return {name: array.T for name, array in tensors.items()}


AS_IT_IS = Layout(LINEAR, view=as_it_is)
TURNED = Layout(LINEAR, view=turned)
CONTAINER = Layout(LINEAR)
