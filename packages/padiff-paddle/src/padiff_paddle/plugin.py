"""What padiff finds through the entry point: layouts at once, the adapter when paddle is there."""

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
        import paddle  # noqa: F401 - the framework is imported only when it is needed
    except ImportError as error:
        raise AdapterNotInstalledError(
            "padiff-paddle is installed, but paddle is not (or cannot be imported).",
            got=f"{type(error).__name__}: {error}",
            hint="python -m pip install padiff-paddle[cpu], or padiff-paddle[gpu] for CUDA",
        ) from error
    from padiff_paddle.adapter import PaddleAdapter

    return PaddleAdapter()


def _register(registry: Registry) -> None:
    from padiff_paddle import inits
    from padiff_paddle.layouts import LAYOUTS
    from padiff_paddle.settings import CONFIGURATIONS

    for class_name, layout in configured(LAYOUTS, CONFIGURATIONS).items():
        registry.register_layout("paddle", class_name, layout)
    register_package(inits, registry)


PLUGIN = Plugin(
    framework="paddle",
    package="paddle",
    distribution="padiff-paddle",
    adapter=_adapter,
    register=_register,
    measured="3.3.1",
)
