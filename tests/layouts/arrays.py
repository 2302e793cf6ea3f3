"""A layer's tensors as NumPy arrays, each element with a value of its own, and their canonical views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from padiff.layout import Canonical, Layout, canonicalise
from padiff.protocols import Array, Tensors, TensorSpec
from padiff_paddle.layouts import LAYOUTS as PADDLE
from padiff_torch.layouts import LAYOUTS as TORCH

ALL: Final = {**TORCH, **PADDLE}

Shapes = Mapping[str, tuple[int, ...]]


def numbered(shapes: Shapes) -> dict[str, Array]:
    """Arrays of these shapes, which count on from one to the next: no value comes twice."""
    arrays, start = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        arrays[name] = np.arange(start, start + size).reshape(shape)
        start += size
    return arrays


def spec(name: str, array: Array, memory: object = None, defect: str | None = None) -> TensorSpec:
    """What an adapter would say of a tensor."""
    return TensorSpec(
        name=name,
        shape=array.shape,
        dtype=array.dtype,
        role="parameter",
        persistent=True,
        trainable=True,
        device="cpu",
        on_host=True,
        memory=name if memory is None else str(memory),
        defect=defect,
    )


def canonical_of(layout: Layout, tensors: Tensors) -> Canonical:
    """The layout held against its contract: views, each element once, names and shapes of its kind."""
    memories = {name: id(array) for name, array in tensors.items()}
    return canonicalise(layout, {n: spec(n, a, memories[n]) for n, a in tensors.items()})


def views_of(class_name: str, tensors: Tensors) -> dict[str, Array]:
    """The canonical views of a layer of this class, checked against the contract."""
    layout = ALL[class_name]
    assert layout.view is not None
    derived = canonical_of(layout, tensors).recomputed
    return layout.view({name: array for name, array in tensors.items() if name not in derived})


def assert_views(class_name: str, tensors: Tensors, expected: Tensors) -> None:
    """The canonical views hold exactly these values, and writing them writes the tensors."""
    views = views_of(class_name, tensors)
    assert {n: a.tolist() for n, a in views.items()} == {n: a.tolist() for n, a in expected.items()}
    assert {name: view.shape for name, view in views.items()} == {
        name: array.shape for name, array in expected.items()
    }
    for view in views.values():
        assert any(np.may_share_memory(view, array) for array in tensors.values())
