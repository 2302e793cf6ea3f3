"""What a kind of layer is: its canonical tensors, and the settings that decide its numbers.

A *kind* says what a layer computes, whatever framework and class it is written in: `LINEAR`,
`LSTM`, `BATCH_NORM`. It declares the *canonical* tensors such a layer has. Each framework's *layout*
(`padiff.layout`) maps a class's own tensors to them; two layers of one kind can then exchange their
weights, whatever they are called and however they are stored.

The built-in kinds are in `padiff.kinds`; a package may declare its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from padiff.shapes import match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from padiff.hyperparameters import Hyperparameter
    from padiff.rules import Rule
    from padiff.shapes import Sizes

__all__ = ["CanonicalTensor", "Kind"]


@dataclass(frozen=True, slots=True)
class CanonicalTensor:
    """One canonical tensor of a kind, or a family of them."""

    name: str
    """Dotted name. `{layer}` stands for one component: `"{layer}.{direction}.weight_ih"`."""
    shape: str
    """Its symbolic shape in the grammar of `padiff.shapes`; may use the name's placeholders."""
    neutral: float | None = None
    """The value with which the layer computes what it would compute without the tensor.

    A bias has 0, a scale 1. None: there is no such value, so both sides must have the tensor.
    """
    bookkeeping: bool = False
    """True for a counter no output depends on: one side may have it alone, with any value."""
    note: str = ""
    """What a reader must know of its contents, such as the order of gates along an axis."""


@dataclass(frozen=True)
class Kind:
    """A kind of layer. Two kinds are the same when their names are."""

    name: str
    tensors: tuple[CanonicalTensor, ...] = ()
    summary: str = ""
    """One line: what the layer computes."""
    hyperparameters: tuple[Hyperparameter, ...] = ()
    """What else decides the numbers; compared by `padiff.lint`."""
    rules: tuple[Rule, ...] = ()
    """What no single hyper-parameter shows; asked by `padiff.lint` of both layers of a pair."""
    elementwise: bool = False
    """Whether every tensor is applied element by element, so that it can be stored in one way only.

    Such a layer may also be paired with an unregistered module that has the same tensors by name
    and shape (a hand-written RMSNorm): there is no transpose to get wrong.
    """
    open: bool = False
    """Whether tensors of any name and shape belong to it (modules nobody registered)."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], CanonicalTensor], ...]:
        return tuple((_pattern(tensor.name), tensor) for tensor in self.tensors)

    def find(self, name: str) -> CanonicalTensor | None:
        """The declaration `name` falls under; None if the kind has no such tensor."""
        found = self._find(name)
        return found[0] if found else None

    def _find(self, name: str) -> tuple[CanonicalTensor, Mapping[str, str]] | None:
        for pattern, tensor in self._patterns:
            if matched := pattern.fullmatch(name):
                return tensor, matched.groupdict()
        return None

    def check(self, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
        """Hold canonical shapes against the declaration.

        Args:
            shapes: Shape by canonical tensor name.

        Returns:
            By name, why a tensor is not one of this kind; empty if all are.

        >>> linear = Kind(
        ...     "linear", (CanonicalTensor("weight", "out in"), CanonicalTensor("bias", "out"))
        ... )
        >>> linear.check({"weight": (7, 5), "bias": (5,)})
        {'bias': 'out is 7 elsewhere in this layer and 5 here'}
        """
        if self.open:
            return {}
        sizes: Sizes = {}
        reasons: dict[str, str] = {}
        for name, shape in shapes.items():
            if (found := self._find(name)) is None:
                reasons[name] = f"a {self.name} layer has no tensor of this name"
            elif reason := match(found[0].shape.format(**found[1]), shape, sizes):
                reasons[name] = reason
        return reasons


@cache
def _pattern(name: str) -> re.Pattern[str]:
    literal = re.escape(name).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^.]+)", literal))
