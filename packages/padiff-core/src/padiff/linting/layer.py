"""What a rule sees of a layer: its settings, its tensors, its mode."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from padiff.errors import LayoutError
from padiff.hyperparameters import NOT_APPLICABLE, Reading
from padiff.layout import IDENTITY, PARAMETERS
from padiff.steps import canonical_arrays, opened

if TYPE_CHECKING:
    from padiff.hyperparameters import Setting
    from padiff.kind import Kind
    from padiff.layout import Layout
    from padiff.protocols import Array, LayerHandle, TensorSpec
    from padiff.tree import Node, Unit

__all__ = ["Layer", "LayerPair"]


@dataclass(frozen=True)
class Layer:
    """One side of a pair, as the lint and its rules see it. Reading changes nothing."""

    handle: LayerHandle
    layout: Layout | None
    unit: Unit | None = None
    """Its tensors; None for a container or a module that owns none."""

    @classmethod
    def of_unit(cls, unit: Unit) -> Layer:
        """A layer that owns tensors."""
        return cls(unit.handle, unit.layout, unit)

    @classmethod
    def of_node(cls, node: Node) -> Layer:
        """A container, or a module that owns no tensors."""
        return cls(node.handle, node.layout)

    @property
    def path(self) -> str:
        """Dotted path in its model; empty for the root."""
        return self.handle.path

    @property
    def module(self) -> Any:
        """The native module."""
        return self.handle.module

    @property
    def framework(self) -> str:
        """The framework's name."""
        return self.handle.framework

    @property
    def class_name(self) -> str:
        """Framework and bare class name: `"torch BatchNorm2d"`."""
        return f"{self.framework} {type(self.module).__name__}"

    @property
    def training(self) -> bool | None:
        """Whether it is in train(); None if its framework's modules have no mode.

        Read from the attribute `training`, which torch and paddle share.
        """
        mode = getattr(self.module, "training", None)
        return None if mode is None else bool(mode)

    @cached_property
    def kind(self) -> Kind | None:
        """Its kind; None if no layout is registered for it, or its layout does not fit it."""
        if self.unit is None:
            return self.layout.kind_of({}) if self.layout else None
        canonical = self.unit.canonical
        if isinstance(canonical, LayoutError) or canonical.kind == PARAMETERS:
            return None
        return canonical.kind

    @property
    def is_misfit(self) -> bool:
        """Whether a layout is registered for its class that does not fit its tensors."""
        registered = self.layout is not None and self.layout is not IDENTITY
        return registered and self.kind is None

    def setting(self, name: str) -> Setting | None:
        """Where its class keeps a hyper-parameter; None if its layout does not say."""
        return self.layout.settings.get(name) if self.layout else None

    def read(self, name: str) -> Reading:
        """The value of a hyper-parameter.

        Raises:
            KeyError: If its layout has no setting of this name.
            AttributeError: If the module does not keep it where the setting says.
        """
        setting = self.setting(name)
        if setting is None:
            raise KeyError(name)
        return setting.read(self.module)

    def applies(self, name: str) -> bool:
        """Whether a hyper-parameter has a meaning for this layer."""
        return self.setting(name) is not None and self.read(name).native is not NOT_APPLICABLE

    @property
    def tensors(self) -> dict[str, TensorSpec]:
        """What is known of its tensors, by canonical name; empty if it owns none."""
        return {} if self.unit is None else self.unit.canonical_specs

    def values(self, name: str) -> Array | None:
        """A canonical tensor's values, to be read only; None if there is no such tensor, or no values."""
        if self.unit is None or name not in self.tensors:
            return None
        if any(spec.defect for spec in self.tensors.values()):
            return None
        return canonical_arrays(self.unit, opened(self.unit))[name]


@dataclass(frozen=True, slots=True)
class LayerPair:
    """Two modules that stand for each other."""

    base: Layer
    raw: Layer
    joined: bool = False
    """Whether an init function joins them, so that they need not be of one kind."""
