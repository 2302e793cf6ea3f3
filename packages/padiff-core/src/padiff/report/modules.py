"""The modules of either model, and how each found its counterpart."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["ModuleRow", "Relation"]

Relation: TypeAlias = Literal[
    "layer_map", "path", "order", "container", "inside", "ignored", "alone"
]
"""How a module was paired, or why it was not.

`layer_map`, `path` and `order` are the ways of `padiff.pairing`; a `container` has no tensors of its
own and was found at the same place. One that is `inside` belongs to a layer compared as one; what is
`ignored` was left out by the user; one that is `alone` needs no counterpart.
"""


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module of one model."""

    path: str
    """Dotted; empty for the model itself."""
    class_name: str
    kind: str
    """The kind of layer; empty for what is no layer."""
    partner: str | None
    """The counterpart's path in the other model; None if there is none."""
    by: Relation

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)
