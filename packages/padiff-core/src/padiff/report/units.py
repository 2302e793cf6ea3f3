"""What was compared: each tensor, and each layer with its tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from padiff.compare.metrics import Measured, Metrics

if TYPE_CHECKING:
    from padiff.compare.noise import NoiseFloor
    from padiff.compare.tolerance import Tolerance
    from padiff.compare.verdict import Verdict

__all__ = ["Phase", "TensorResult", "UnitResult"]

Phase: TypeAlias = Literal["forward", "backward", "update", "weights", "gradients"]
"""The first three are of a run; the last two of what two models hold, without one."""


@dataclass(frozen=True, slots=True)
class TensorResult:
    """One tensor of base held against one of raw."""

    name: str
    """`output`, `output 0`, `input args.0`, `gradient of weight`, `weight`, `running_mean`, ..."""
    verdict: Verdict | None
    """None for a tensor the other side has not, and need not have (an extra output)."""
    measured: Measured | None
    """None if one side has no such tensor."""
    note: str = ""
    floor: NoiseFloor | None = None
    """Base's own rounding error, where it was measured."""
    base_path: str = ""
    """The path that rules for it are matched with: its layer's, or a parameter's own. Of a tensor that
    passed several layers unchanged, that of the first."""
    raw_path: str = ""
    """The same on the raw side."""
    default: Tolerance | None = None
    """What is allowed where the user states no rules; None if nothing is."""
    is_weight: bool = False
    """Whether it is a parameter after the optimizers' step."""

    @property
    def agrees(self) -> bool:
        """Whether there is no difference beyond tolerance and rounding."""
        return self.verdict is None or bool(self.verdict)

    @property
    def tells(self) -> bool:
        """Whether something was compared: a tensor without elements, or of NaN alone, tells nothing."""
        blank = isinstance(self.measured, Metrics) and self.measured.blank
        return self.verdict is not None and not blank

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "name": self.name,
            "verdict": self.verdict.value if self.verdict is not None else None,
            "measured": self.measured.to_dict() if self.measured else None,
            "note": self.note,
            "floor": self.floor.to_dict() if self.floor else None,
            "base_path": self.base_path,
            "raw_path": self.raw_path,
            "default": self.default.to_dict() if self.default else None,
            "is_weight": self.is_weight,
        }


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One layer in one phase of one step, with everything that was compared there."""

    base_path: str
    raw_path: str
    base_class: str
    raw_class: str
    kind: str
    """The kind of layer; empty for a container, `"loss"` for the loss functions."""
    phase: Phase
    step: int
    call: int
    """The n-th call of the layer in this step, from 0."""
    depth: int
    """How many watched layers' calls it is within."""
    received: tuple[TensorResult, ...]
    produced: tuple[TensorResult, ...]
    source: str = ""
    """The line of user code that called raw's layer, `file:line`."""
    is_origin: bool = False
    leaf: bool = True
    """Whether nothing within it was watched."""
    fed: bool = False
    """Whether base's gradients were handed on in place of those raw's layer received."""

    @property
    def agrees(self) -> bool:
        """Whether what it produced agrees."""
        return all(tensor.agrees for tensor in self.produced)

    @property
    def worst(self) -> TensorResult | None:
        """What it produced with the largest error; None if nothing was compared."""
        measured = [t for t in self.produced if t.measured is not None or not t.agrees]
        return max(measured, key=_badness, default=None)

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "received": [tensor.to_dict() for tensor in self.received],
            "produced": [tensor.to_dict() for tensor in self.produced],
        }


_PLAIN = (
    "base_path",
    "raw_path",
    "base_class",
    "raw_class",
    "kind",
    "phase",
    "step",
    "call",
    "depth",
    "source",
    "is_origin",
    "leaf",
    "fed",
    "agrees",
)


def _badness(tensor: TensorResult) -> tuple[bool, float]:
    error = tensor.measured.max_abs if isinstance(tensor.measured, Metrics) else float("inf")
    return (not tensor.agrees, error)
