"""Weight norm and spectral norm: torch's old hooks keep their settings, and so do parametrizations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from padiff.hyperparameters import NOT_APPLICABLE, Inexpressible, Setting, fixed

__all__ = ["REPARAMETRISED", "SPECTRAL"]

_V_FIRST, _U_FIRST = "v, then u", "u, then v"


def _hook(module: Any, class_name: str) -> Any:
    """The old hook of this class, or None; a layout only holds for one on the weight."""
    hooks = module._forward_pre_hooks.values()
    return next((hook for hook in hooks if type(hook).__name__ == class_name), None)


def _parametrization(module: Any, class_name: str) -> Any:
    """The parametrization of this class of the module's weight, or None."""
    lists = module._modules.get("parametrizations", {})
    found = lists["weight"] if "weight" in lists else ()  # noqa: SIM401 - a ModuleDict has no get
    return next((p for p in found if type(p).__name__ == class_name), None)


def _norm(module: Any, name: str) -> Any:
    """What computes the module's weight: `name` is `"WeightNorm"` or `"SpectralNorm"`."""
    return _hook(module, name) or _parametrization(module, f"_{name}")


def _dim(name: str) -> Callable[[Any], Any]:
    def read(module: Any) -> Any:
        norm = _norm(module, name)
        return "none" if norm is None else norm.dim

    return read


def _of_spectral_norm(attribute: str) -> Callable[[Any], Any]:
    def read(module: Any) -> Any:
        norm = _norm(module, "SpectralNorm")
        return NOT_APPLICABLE if norm is None else getattr(norm, attribute)

    return read


def _order(module: Any) -> Any:
    if _hook(module, "SpectralNorm"):
        return _V_FIRST
    return _U_FIRST if _parametrization(module, "_SpectralNorm") else NOT_APPLICABLE


def _iterates(module: Any) -> Any:
    return "train" if _norm(module, "SpectralNorm") else NOT_APPLICABLE


def _axis(dim: Any) -> Any:
    return "whole" if dim == -1 else dim


def _written_axis(axis: Any) -> Any:
    if axis == "none":
        raise Inexpressible("remove the norm from raw's weight")
    return None if axis == "whole" else axis


REPARAMETRISED = {
    "weight_norm_axis": Setting("weight_norm dim", _dim("WeightNorm"), _axis, _written_axis),
    "spectral_norm_axis": Setting(
        "spectral_norm dim", _dim("SpectralNorm"), from_canonical=_written_axis
    ),
    "spectral_iterations": Setting("n_power_iterations", _of_spectral_norm("n_power_iterations")),
    "spectral_epsilon": Setting("spectral_norm eps", _of_spectral_norm("eps")),
    "spectral_order": Setting("", _order),
    "spectral_iterates": Setting("", _iterates),
}
SPECTRAL = {
    "spectral_iterations": Setting("n_power_iterations", "n_power_iterations"),
    "spectral_epsilon": Setting("eps", "eps"),
    "spectral_order": fixed(_U_FIRST),
    "spectral_iterates": fixed("train", "in train()"),
}
"""Of the parametrization as a module of its own."""
