"""Sabotage: a weight that arrives in the wrong place, or the wrong way round, is noticed.

Two ways to spoil a transfer. *Values*: after a good transfer, one canonical tensor of a layer gets
other values, has two of its axes or two of its gates exchanged, or changes places with another of its
shape. What no output then shows must be exactly what the cases declare, and is compared directly.
*Layouts*: in either framework a layout is registered that leaves out a transpose, or a tensor, or takes
one for another. The transfer is refused, or the outputs or the direct comparison show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

import padiff
from padiff import PadiffError, Registry
from padiff.errors import LayoutError
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from padiff.registry import ClassKey
from padiff.tree import Unit, join

from . import sabotage
from .agreement import apart, bits, numbered
from .canonical import through_layout, units
from .cases import MATCHES, Case, of_outcome
from .pins import pins_agree
from .sides import PADDLE, SIDES, TORCH

NO_KERNEL = "paddle has no CPU kernel for it"
UNMEASURED: Mapping[ClassKey, str] = {
    ClassKey("paddle", f"paddle.{name}"): reason
    for name, reason in (
        ("incubate.nn.FusedBiasDropoutResidualLayerNorm", NO_KERNEL),
        ("incubate.nn.FusedFeedForward", NO_KERNEL),
        ("incubate.nn.FusedLinear", NO_KERNEL),
        ("incubate.nn.FusedMultiHeadAttention", NO_KERNEL),
        ("sparse.nn.SubmConv2D", "torch has no such layer"),
        ("sparse.nn.SubmConv3D", "torch has no such layer"),
        ("sparse.nn.SyncBatchNorm", NO_KERNEL),
    )
}
"""The layouts whose tensors' shapes are known, and whose numbers no case takes."""

LAYOUTS = [
    key
    for key, entry in padiff.registry.layouts.items()
    if entry.layout.view and key not in UNMEASURED
]


@pytest.mark.parametrize("case", MATCHES, ids=lambda case: case.id)
def test_outputs_are_blind_to_what_is_declared_and_to_nothing_else(case: Case) -> None:
    blind = {f"left out: {pin.name}" for pin in case.blind}
    twins = {f"exchanged: {one.name} and {other.name}" for one, other in case.twins}
    assert set(unseen(case)) == blind | twins


def unseen(case: Case) -> Iterator[str]:
    """The ways to spoil the values of a case's torch module that its outputs do not show."""
    base, raw = TORCH.model(case, "float64", 1), PADDLE.model(case, "float64", 2)
    padiff.assign_weight(base, raw)
    expected = numbered(PADDLE.outputs(case, raw, "float64"))
    for unit in units(base):
        assert not isinstance(unit.canonical, LayoutError)
        views = opened(unit)
        good = {name: view.copy() for name, view in views.items()}
        for label, spoil in sabotage.in_values(unit.canonical.kind, views):
            spoil(views)
            changed = any(bits(views[name]) != bits(good[name]) for name in views)
            outputs = numbered(TORCH.outputs(case, base, "float64"))
            for name, view in views.items():
                view[...] = good[name]
            if changed and not apart(outputs, expected, "float64"):
                yield located(label, unit)


def opened(unit: Unit) -> dict[str, Array]:
    """A unit's canonical views of its own memory."""
    return through_layout(
        unit, {unit.tensor_path(name): unit.state.open(name) for name in unit.specs}
    )


def located(label: str, unit: Unit) -> str:
    """A label whose canonical names stand below the path of their unit."""
    what, _, names = label.partition(": ")
    return f"{what}: " + " and ".join(join(unit.path, name) for name in names.split(" and "))


def test_every_layout_is_run_by_a_case_or_cannot_be() -> None:
    assert set(LAYOUTS) == set(cases_of())


@pytest.mark.parametrize("key", LAYOUTS, ids=str)
def test_a_spoiled_layout_is_noticed(key: ClassKey) -> None:
    layout = padiff.registry.layouts[key].layout
    noticed: dict[str, bool] = {}
    for case, views in cases_of()[key]:
        for label, spoil in sabotage.in_layout(views):
            if label not in noticed:
                noticed[label] = is_noticed(case, key, spoiled(layout, spoil))
    assert noticed
    assert [label for label, seen in noticed.items() if not seen] == []


def spoiled(layout: Layout, spoil: sabotage.Spoil) -> Layout:
    """A layout whose views are spoiled; those that lack the tensors in question are left alone."""
    view = layout.view
    assert view is not None

    def wrong(tensors: Tensors) -> dict[str, Array]:
        views = view(tensors)
        try:
            spoil(views)
        except KeyError:
            return view(tensors)
        return views

    return replace(layout, view=wrong)


def is_noticed(case: Case, key: ClassKey, wrong: Layout) -> bool:
    """Whether a transfer from torch to paddle through a wrong layout can be told."""
    registry: Registry = padiff.registry.copy()
    registry.register_layout(*key, wrong, replace=True)
    base, raw = TORCH.model(case, "float64", 1), PADDLE.model(case, "float64", 2)
    try:
        padiff.assign_weight(base, raw, registry=registry)
    except PadiffError:
        return True
    if not pins_agree(case, TORCH.arrays(base), PADDLE.arrays(raw)):
        return True
    if case.outcome != "match":
        return False
    expected, actual = (
        side.outputs(case, model, "float64") for side, model in ((TORCH, base), (PADDLE, raw))
    )
    return bool(apart(numbered(actual), numbered(expected), "float64"))


@cache
def cases_of() -> Mapping[ClassKey, list[tuple[Case, dict[str, Array]]]]:
    """By layout, the cases that use it, with stand-ins for the canonical tensors there.

    Where no case that matches uses it, the direct comparison of another has to notice it alone.
    """
    found = uses(MATCHES)
    others = uses(case for case in of_outcome("differs", "raises") if case.blind)
    return {**others, **found}


def uses(cases: Iterable[Case]) -> dict[ClassKey, list[tuple[Case, dict[str, Array]]]]:
    found = defaultdict(list)
    for case in cases:
        for side in SIDES:
            for unit in units(side.build(case, "float32")):
                handle = unit.handle
                entry = padiff.registry.find_layout(handle.framework, handle.class_names)
                if entry and entry.layout.view:
                    assert not isinstance(unit.canonical, LayoutError)
                    found[entry.key].append((case, dict(unit.canonical.views)))
    return dict(found)
