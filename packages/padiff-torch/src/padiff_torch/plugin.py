"""What padiff finds through the entry point: layouts at once, the adapter when torch is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padiff.adapters import Plugin
from padiff.configuration import configured
from padiff.errors import AdapterNotInstalledError
from padiff.inits import register_package

if TYPE_CHECKING:
    from padiff.protocols import FrameworkAdapter
    from padiff.registry import Registry

__all__ = ["PLUGIN"]


def _adapter() -> FrameworkAdapter:
    try:
        import torch  # noqa: F401 - the framework is imported only when it is needed
    except ImportError as error:
        raise AdapterNotInstalledError(
            "padiff-torch is installed, but torch is not (or cannot be imported).",
            got=f"{type(error).__name__}: {error}",
            hint="python -m pip install torch",
        ) from error
    from padiff_torch.adapter import TorchAdapter

    return TorchAdapter()


def _register(registry: Registry) -> None:
    from padiff_torch import inits
    from padiff_torch.layouts import LAYOUTS
    from padiff_torch.settings import CONFIGURATIONS

    for class_name, layout in configured(LAYOUTS, CONFIGURATIONS).items():
        registry.register_layout("torch", class_name, layout)
    register_package(inits, registry)


PLUGIN = Plugin(
    framework="torch",
    package="torch",
    distribution="padiff-torch",
    adapter=_adapter,
    register=_register,
    measured="2.13.0",
)
