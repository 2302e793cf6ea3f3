"""Modules of the reference framework, and a kind of a user's own that they are of."""

from __future__ import annotations

from typing import Any

from padiff import Registry
from padiff.hyperparameters import Hyperparameter, Inexpressible, Setting, fixed
from padiff.kind import CanonicalTensor, Kind
from padiff.layout import Layout
from padiff.linting.layer import Layer
from padiff.rules import Rule
from tests.reference import Module, Scale

__all__ = ["Act", "ClosedGate", "Gate", "OpenGate", "Plain", "declare"]


class Gate(Scale):
    """A layer that says how far it is open, in percent."""

    def __init__(self, percent: Any = 50, **more: Any) -> None:
        super().__init__(2)
        self.percent = percent
        for name, value in more.items():
            setattr(self, name, value)


class OpenGate(Scale):
    """A layer that says how far it is open, as a share."""

    def __init__(self, share: float = 0.5) -> None:
        super().__init__(2)
        self.share = share


class ClosedGate(Scale):
    """A layer that is closed, always."""

    def __init__(self) -> None:
        super().__init__(2)


class Act(Module):
    """A module without tensors."""

    def __init__(self, slope: float = 1.0) -> None:
        super().__init__()
        self.slope = slope


class Plain(Module):
    """Holds modules by name."""

    def __init__(self, **children: Module) -> None:
        super().__init__()
        for name, child in children.items():
            setattr(self, name, child)


def _shut(layer: Layer, other: Layer) -> str | None:
    if layer.read("opening").canonical > 0:
        return None
    return f"a shut gate stands against {other.class_name}"


def _unlike(base: Layer, raw: Layer) -> str | None:
    factors = [layer.values("factor") for layer in (base, raw)]
    if factors[0] is None or factors[1] is None or factors[0][0] == factors[1][0]:
        return None
    return f"the first factors are {factors[0][0]:g} and {factors[1][0]:g}"


def _percent(share: float) -> float:
    if share > 1:
        raise Inexpressible("a gate cannot be opened further than 100 percent")
    return share * 100


def declare(registry: Registry, **declared: Any) -> Registry:
    """Declare the kind of gates, and of acts.

    Args:
        registry: Where to.
        declared: More arguments of the hyper-parameter `opening`.
    """
    opening = Hyperparameter("opening", "share of what is let through", **declared)
    unlike = Rule("unlike", "info", "the first factors differ", _unlike, "transfer the weights")
    gate = Kind(
        "gate",
        (CanonicalTensor("factor", "features"),),
        hyperparameters=(opening,),
        rules=(unlike,),
    )
    shut = Rule("shut", "warning", "the gate is shut", _shut, "open it")
    layouts = {
        "Gate": Setting("percent", "percent", lambda percent: percent / 100, _percent),
        "OpenGate": Setting("share", "share"),
        "ClosedGate": fixed(0.0, "nothing"),
    }
    for name, setting in layouts.items():
        layout = Layout(gate, view=dict, settings={"opening": setting}, rules=(shut,))
        registry.register_layout("reference", name, layout)
    act = Kind("act", hyperparameters=(Hyperparameter("slope", "factor of negative inputs"),))
    settings = {"slope": Setting("slope", "slope")}
    registry.register_layout("reference", "Act", Layout(act, settings=settings))
    return registry
