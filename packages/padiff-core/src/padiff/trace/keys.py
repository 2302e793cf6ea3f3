"""The keys under which an index names tensors of a model, and of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padiff.capture.observer import Place

__all__ = ["floor_key", "state_key"]


def state_key(module: int, name: str) -> str:
    """The key of a canonical tensor in a `Moment`.

    Args:
        module: The place at which its module stands first.
        name: Its canonical name.
    """
    return f"{module}/{name}"


def floor_key(place: Place, slot: str, *, gradient: bool) -> str:
    """The key of a rounding error in `CallEntry.floors`.

    Args:
        place: Whether it is of an input or of an output.
        slot: The tensor's slot there.
        gradient: Whether it is of the tensor's gradient.
    """
    return f"{place}{' gradient' if gradient else ''}/{slot}"
