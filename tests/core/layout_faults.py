"""Faults a layout may have, each with the law of the contract that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import numpy as np

from padiff.adapters import Plugin
from padiff.kind import CanonicalTensor, Kind
from padiff.kinds import EMBEDDING, LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.registry import Registry
from tests.reference.adapter import PLUGIN

__all__ = ["LAYOUT_FAULTS", "faulty_plugin"]


def faulty_plugin(layout: Layout) -> Plugin:
    """The reference plugin, with another layout of its transposed Linear."""

    def register(registry: Registry) -> None:
        PLUGIN.register(registry)
        name = "tests.reference.layers.TransposedLinear"
        registry.register_layout("reference", name, layout, replace=True)

    return replace(PLUGIN, register=register)


def _views(tensors: Tensors, weight: Array, name: str = "weight") -> dict[str, Array]:
    offset = {"bias": tensors["offset"][0]} if "offset" in tensors else {}
    return {name: weight, **offset}


def _half(tensors: Tensors) -> dict[str, Array]:
    """Half of the matrix, and the other half not at all."""
    return _views(tensors, tensors["kernel"][: len(tensors["kernel"]) // 2].T)


def _marking(tensors: Tensors) -> dict[str, Array]:
    tensors["kernel"][:0] = 0
    return _views(tensors, tensors["kernel"].T)


def _removing(tensors: Tensors) -> dict[str, Array]:
    views = _views(tensors, tensors["kernel"].T)
    del tensors["kernel"]  # type: ignore[attr-defined] # a Mapping has no such method
    return views


_calls = count()


def _moody(tensors: Tensors) -> dict[str, Array]:
    """The order of the output features differs from call to call."""
    turned = next(_calls) % 2
    return _views(tensors, tensors["kernel"].T[:: -1 if turned else 1])


def _linear(bias: float | None) -> Kind:
    """A Linear whose bias has another neutral value."""
    tensors = (CanonicalTensor("weight", "out in"), CanonicalTensor("bias", "out", neutral=bias))
    return Kind("linear", tensors)


def _plain(tensors: Tensors) -> dict[str, Array]:
    return _views(tensors, tensors["kernel"].T)


LAYOUT_FAULTS: Mapping[str, tuple[Layout, str]] = {
    "a copy": (
        Layout(LINEAR, view=lambda tensors: _views(tensors, tensors["kernel"].T.copy())),
        "test_its_views_cover_each_element_exactly_once",
    ),
    "a copy of what is written": (
        Layout(LINEAR, view=lambda tensors: _views(tensors, np.array(tensors["kernel"].T))),
        "test_what_is_written_canonically_arrives_in_the_layer",
    ),
    "half of it": (Layout(LINEAR, view=_half), "test_there_and_back_is_bit_exact"),
    "a name its kind has not": (
        Layout(LINEAR, view=lambda tensors: _views(tensors, tensors["kernel"].T, "matrix")),
        "test_its_canonical_tensors_are_those_of_its_kind",
    ),
    "another kind": (
        Layout(EMBEDDING, view=_plain),
        "test_its_canonical_tensors_are_those_of_its_kind",
    ),
    "writing": (Layout(LINEAR, view=_marking), "test_it_needs_to_read_and_write_nothing"),
    "taking tensors out": (
        Layout(LINEAR, view=_removing),
        "test_it_needs_to_read_and_write_nothing",
    ),
    "another order each time": (Layout(LINEAR, view=_moody), "test_it_says_the_same_twice"),
    "a neutral value that is none": (
        Layout(_linear(bias=1.0), view=_plain),
        "test_a_tensor_a_layer_leaves_out_stands_for_its_neutral_value",
    ),
    "a neutral value for everything": (
        Layout(_linear(bias=3.0), view=_plain),
        "test_a_tensor_that_is_left_out_must_hold_its_neutral_value",
    ),
}
"""By what is wrong: the layout, and the law that must notice."""
