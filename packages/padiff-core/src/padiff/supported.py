"""Which modules of a model padiff can initialise as one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padiff.defaults import registry as default_registry
from padiff.tree import build_tree

if TYPE_CHECKING:
    from padiff.model import Side
    from padiff.protocols import LayerHandle
    from padiff.registry import Registry

__all__ = ["has_init", "supported_paths"]


def has_init(handle: LayerHandle, side: Side, registry: Registry) -> bool:
    """Whether some init function copies from (`base`) or to (`raw`) modules of this class."""
    names = set(handle.class_names)
    keys = (getattr(key, side) for key in registry.inits)
    return any(key.framework == handle.framework and key.class_name in names for key in keys)


def supported_paths(
    root: LayerHandle, side: Side, registry: Registry | None = None
) -> tuple[str, ...]:
    """Paths of the modules with a layout, or an init function for this side, in definition order."""
    registry = default_registry if registry is None else registry
    tree = build_tree(root, registry, opaque=lambda handle: has_init(handle, side, registry))
    return tuple(unit.path for unit in tree.units() if unit.whole and unit.has_tensors)
