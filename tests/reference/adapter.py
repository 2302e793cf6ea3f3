"""The reference framework behind the core's `FrameworkAdapter`, and the plugin that brings it."""

from __future__ import annotations

from contextlib import AbstractContextManager

from padiff.adapters import Plugin
from padiff.registry import Registry

from .handle import ReferenceHandle
from .layouts import LAYOUTS
from .modules import Module
from .tensors import recording

__all__ = ["PLUGIN", "ReferenceAdapter"]


class ReferenceAdapter:
    """What the reference framework brings to padiff. It offers no faster copy."""

    framework = "reference"
    version = "1.0"

    def owns(self, module: object) -> bool:
        """Whether it is a module (an instance)."""
        return isinstance(module, Module)

    def handle(self, module: Module) -> ReferenceHandle:
        """The root handle of a model."""
        return ReferenceHandle.root(module)

    def no_grad(self) -> AbstractContextManager[object]:
        """`recording(False)`."""
        return recording(enabled=False)


def _register(registry: Registry) -> None:
    for class_name, layout in LAYOUTS.items():
        registry.register_layout("reference", class_name, layout)


PLUGIN = Plugin(
    framework="reference",
    package="tests.reference",
    distribution="padiff-reference",
    adapter=ReferenceAdapter,
    register=_register,
)
