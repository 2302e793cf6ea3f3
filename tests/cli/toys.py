"""A small registry of two frameworks nobody has."""

from __future__ import annotations

from typing import Any

from padiff.hyperparameters import Hyperparameter
from padiff.kind import CanonicalTensor, Kind
from padiff.layout import Layout
from padiff.registry import Registry

SCALE = Kind(
    "scale",
    (
        CanonicalTensor("{part}.weight", "out *in", note="rows | columns"),
        CanonicalTensor("bias", "out", neutral=0.0),
        CanonicalTensor("count", "", neutral=1.5, bookkeeping=True, note="of calls"),
    ),
    summary="y = w x",
    hyperparameters=(Hyperparameter("power", "what x is raised to"),),
)
SHIFT = Kind("shift", (CanonicalTensor("shift", "out"),), summary="y = x + s", elementwise=True)
BOX = Kind("box", summary="|x| of layers", hyperparameters=(Hyperparameter("size", "how many"),))


def init_scale(_base: Any, _raw: Any) -> None:
    """Fill one.

    At length.
    """


def toys() -> Registry:
    registry = Registry()
    registry.register_layout("north", "north.nn.Scale", Layout(SCALE, dict))
    registry.register_layout("south", "south.nn.Scale1", Layout(SCALE, dict))
    registry.register_layout("south", "south.nn.Scale2", Layout(SCALE, dict))
    registry.register_layout("south", "south.old.Any", Layout(_tell, dict, kinds=(SCALE, SHIFT)))
    registry.register_layout("south", "south.nn.Box", Layout(BOX))
    registry.register_init(("north", "north.nn.Scale"), ("south", "south.nn.Box"), init_scale)
    return registry


def _tell(_tensors: object) -> Kind:
    return SHIFT
