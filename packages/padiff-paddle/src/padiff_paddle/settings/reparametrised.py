"""Weight norm and spectral norm: paddle's hooks keep their settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Inexpressible, Reading, Setting, fixed

__all__ = ["SPECTRAL", "reparametrised"]

_ORDER = "v, then u"
_FUNCTIONS = {"WeightNorm": "weight_norm", "SpectralNorm": "spectral_norm"}


def _hook(layer: Any, class_name: str) -> Any:
    """The hook of this class, or None; a layout only holds for one on the weight."""
    hooks = layer._forward_pre_hooks.values()
    return next((hook for hook in hooks if type(hook).__name__ == class_name), None)


def _of_spectral_norm(attribute: str) -> Callable[[Any], Any]:
    def read(layer: Any) -> Any:
        hook = _hook(layer, "SpectralNorm")
        return NOT_APPLICABLE if hook is None else getattr(hook, attribute)

    return read


def _if_spectral(value: str) -> Callable[[Any], Any]:
    def read(layer: Any) -> Any:
        return value if _hook(layer, "SpectralNorm") else NOT_APPLICABLE

    return read


def _axis(class_name: str, *, turned: bool) -> Setting:
    def read(layer: Any) -> Reading:
        hook = _hook(layer, class_name)
        if hook is None:
            return Reading("none", "none")
        if hook.dim == -1:
            return Reading(None, "whole")
        return Reading(hook.dim, 1 - hook.dim if turned else hook.dim)

    def write(axis: Any) -> Any:
        if axis == "none":
            raise Inexpressible("remove the norm from raw's weight")
        if axis == "whole":
            return None
        return 1 - axis if turned else axis

    return Setting(f"{_FUNCTIONS[class_name]} dim", read, from_canonical=write)


def reparametrised(*, turned: bool) -> Mapping[str, Setting]:
    """The settings of a class whose weight may be normalised.

    Args:
        turned: Whether the weight is stored (in, out): its axes are then the other way round than
            the canonical ones.
    """
    return {
        "weight_norm_axis": _axis("WeightNorm", turned=turned),
        "spectral_norm_axis": _axis("SpectralNorm", turned=turned),
        "spectral_iterations": Setting(
            "n_power_iterations", _of_spectral_norm("n_power_iterations")
        ),
        "spectral_epsilon": Setting("spectral_norm eps", _of_spectral_norm("eps")),
        "spectral_order": Setting("", _if_spectral(_ORDER)),
        "spectral_iterates": Setting("", _if_spectral("train")),
    }


SPECTRAL = {
    "spectral_iterations": Setting("power_iters", "_power_iters"),
    "spectral_epsilon": Setting("eps", "_eps"),
    "spectral_order": fixed(_ORDER),
    "spectral_iterates": fixed("always", "in every forward pass"),
}
"""Of the layer that takes a weight as its input."""
