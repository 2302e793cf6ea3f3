"""Native arrays (weights or their gradients) seen through the layouts of a registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import padiff
from padiff import Registry, TransferReport
from padiff.errors import LayoutError
from padiff.tree import Unit, build_tree

from .cases import Array


def units(model: Any, registry: Registry | None = None) -> tuple[Unit, ...]:
    """The units padiff cuts a model into."""
    handle = padiff.create_model(model).handle()
    return tuple(build_tree(handle, registry or padiff.registry).units())


def through_layout(unit: Unit, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The canonical views of a unit's native arrays, which go by their paths in the model."""
    if isinstance(unit.canonical, LayoutError):
        raise unit.canonical
    assert unit.layout is not None
    assert unit.layout.view is not None
    skip = unit.canonical.recomputed
    return unit.layout.view(
        {name: arrays[unit.tensor_path(name)] for name in unit.specs if name not in skip}
    )


def canonical(model: Any, arrays: Mapping[str, Array]) -> dict[tuple[str, str], Array]:
    """The canonical views of native arrays.

    Returns:
        The views, by the path of the native tensor behind each and its canonical name: the two that
        a `TensorRecord` has of either side.
    """
    found = {}
    for unit in units(model):
        for name, view in through_layout(unit, arrays).items():
            assert not isinstance(unit.canonical, LayoutError)
            found[unit.tensor_path(unit.canonical.owners[name]), name] = view
    return found


def paired(
    report: TransferReport,
    base: Mapping[tuple[str, str], Array],
    raw: Mapping[tuple[str, str], Array],
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Base's and raw's views of what was copied, by one name for both."""
    ours, theirs = {}, {}
    for record in report.select("copied"):
        assert record.base is not None
        assert record.raw is not None
        name = f"{record.canonical} of {record.base}"
        ours[name] = base[record.base, record.canonical]
        theirs[name] = raw[record.raw, record.canonical]
    return ours, theirs
