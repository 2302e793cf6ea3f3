"""What an alignment was asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from padiff.compare.rules import Rule, Tolerances
from padiff.compare.tolerance import Mode
from padiff.errors import UsageError

__all__ = [
    "DiffPhase",
    "Floor",
    "Loss",
    "Settings",
    "describe",
    "make_tolerances",
    "padiffs_numbers",
    "pair_of",
]

Floor: TypeAlias = Literal["always", "in doubt", "never"]
"""When base's own rounding error decides: for every tensor; for those beyond the default tolerance; or
not at all, because the user stated what is allowed."""

DiffPhase: TypeAlias = Literal["both", "forward", "backward"]
Loss: TypeAlias = Callable[[Any], Any] | Literal["mean"]
"""A function of a model's output that returns a scalar; or the mean of all output tensors."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of one alignment, checked."""

    tolerances: Tolerances
    floor: Floor
    phase: DiffPhase
    single_step: bool
    steps: int
    losses: tuple[Loss | None, Loss | None]
    optimizers: tuple[Any, Any] | None
    synced_dropout: bool
    depth: int | None
    max_memory: int | None
    detail: bool = False
    """Whether to measure so that the report can be judged by any other tolerances later."""

    def __post_init__(self) -> None:
        if self.phase not in get_args(DiffPhase):
            raise _unknown("phase", self.phase, get_args(DiffPhase))
        if self.phase == "backward" and not self.single_step:
            raise UsageError(
                'phase="backward" only looks at the backward pass, which needs single_step=True.',
                got="single_step=False",
                expected='single_step=True, or phase="both"',
            )
        steps: object = self.steps
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise UsageError("steps is no number of steps.", got=repr(self.steps), expected=">= 1")
        for loss in self.losses:
            if not (loss is None or loss == "mean" or callable(loss)):
                raise UsageError(
                    "loss= is no loss.",
                    got=repr(loss),
                    expected='a function of the output, or "mean"',
                )
        for optimizer in self.optimizers or ():
            if not (optimizer is None or _makes_steps(optimizer)):
                raise UsageError(
                    "optimizers= is no optimizer.",
                    got=repr(optimizer),
                    expected="a pair of optimizers, or of functions without argument that make the step",
                )
        if self.optimizers and self.phase == "forward":
            raise UsageError(
                "Optimizers need gradients.", got='phase="forward"', expected='phase="both"'
            )

    def describe(self) -> str:
        """The rule in words, for reports."""
        return describe(self.tolerances, self.floor)

    @property
    def backward(self) -> bool:
        """Whether there is a backward pass."""
        return self.phase != "forward"


def _makes_steps(optimizer: Any) -> bool:
    """Whether it is an optimizer or a function, and not the class of one."""
    able = hasattr(optimizer, "step") or callable(optimizer)
    return able and not isinstance(optimizer, type)


def describe(tolerances: Tolerances, floor: Floor) -> str:
    """What was allowed, in words."""
    if floor == "always":
        return "base's own rounding error, measured against base in float64"
    mean = "" if tolerances.mode == "strict" else "mean "
    formula = f"{mean}|base - raw| <= atol + rtol * {mean}|base|"
    if not tolerances.rules:
        doubt = ", or base's own rounding error" if floor == "in doubt" else ""
        return f"{formula} with the defaults of each dtype{doubt}"
    stated = ", ".join(_rule(rule) for rule in tolerances.rules)
    return f"{formula} with {stated}"


def _rule(rule: Rule) -> str:
    numbers = [f"{n}={v:g}" for n, v in (("atol", rule.atol), ("rtol", rule.rtol)) if v is not None]
    return f"{', '.join(numbers) or 'defaults'} for {rule.pattern}"


def make_tolerances(
    tolerance: Any, atol: float | None, rtol: float | None, mode: Mode
) -> tuple[Tolerances, Floor]:
    """The rules in force, and when the noise floor decides.

    Raises:
        UsageError: If `tolerance` is neither "auto" nor a `Tolerances`, or stands beside a number.
    """
    numbers = atol is not None or rtol is not None
    if tolerance is not None and numbers:
        raise UsageError(
            "tolerance= and atol=/rtol= say the same thing twice.",
            got=f"tolerance={tolerance!r}, atol={atol!r}, rtol={rtol!r}",
            expected="one of them",
        )
    if tolerance == "auto":
        return Tolerances((), mode), "always"
    if isinstance(tolerance, Tolerances):
        return tolerance, "never"
    if tolerance is not None:
        raise UsageError(
            "tolerance= is unknown.", got=repr(tolerance), expected='"auto", or a Tolerances'
        )
    if not numbers:
        return Tolerances((), mode), "in doubt"
    return Tolerances((Rule("*", atol=atol, rtol=rtol),), mode), "never"


def padiffs_numbers(options: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """`atol` and `rtol` among PaDiff's options: what is not stated is PaDiff's default if the other is.

    Two Nones if neither is stated: with PaDiff's defaults no two correct float32 models would agree.
    """
    if "atol" not in options and "rtol" not in options:
        return None, None
    return options.get("atol", 0.0), options.get("rtol", 1e-7)


def pair_of(value: Any, what: str) -> tuple[Any, Any]:
    """One thing for both sides, or a pair of two.

    Raises:
        UsageError: If it is a sequence that is no pair.
    """
    if not isinstance(value, (tuple, list)):
        return value, value
    if len(value) != 2:
        raise UsageError(
            f"{what} takes one for both sides, or a pair.",
            got=f"{len(value)} of them",
            expected="(base's, raw's)",
        )
    return value[0], value[1]


def _unknown(name: str, value: Any, known: tuple[str, ...]) -> UsageError:
    return UsageError(f"{name}= is unknown.", got=repr(value), expected=", ".join(map(repr, known)))
