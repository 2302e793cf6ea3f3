"""What an adapter says of its classes beside their tensors: settings and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from padiff.errors import RegistrationError
from padiff.hyperparameters import Setting
from padiff.layout import Layout
from padiff.rules import Rule

__all__ = ["Configuration", "configured"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where one class keeps its hyper-parameters, and what to look out for in it."""

    settings: Mapping[str, Setting] = field(default_factory=dict)
    """By canonical name."""
    rules: tuple[Rule, ...] = ()
    variants: Mapping[str, Configuration] = field(default_factory=dict)
    """By the names of the layout's variants, what holds in place of this."""


def configured(
    layouts: Mapping[str, Layout], configurations: Mapping[str, Configuration]
) -> dict[str, Layout]:
    """Layouts by class name, with the settings and rules of their classes.

    Raises:
        RegistrationError: If a configuration is for a class that has no layout.
    """
    if strangers := configurations.keys() - layouts.keys():
        raise RegistrationError(
            "Settings are declared for classes without a layout.", got=", ".join(sorted(strangers))
        )
    return {
        name: _with(layout, configurations[name]) if name in configurations else layout
        for name, layout in layouts.items()
    }


def _with(layout: Layout, configuration: Configuration) -> Layout:
    variants = {
        name: _with(variant, configuration.variants.get(name, configuration))
        for name, variant in layout.variants.items()
    }
    return replace(
        layout, settings=configuration.settings, rules=configuration.rules, variants=variants
    )
