"""A planted fault, and what the report must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import paddle
import torch

import padiff
from padiff.report.alignment import AlignmentReport
from tests.models import PAIRS, ModelPair

__all__ = ["Fault", "Optimizers", "aligned", "pair_named"]

Optimizers: TypeAlias = Callable[[torch.nn.Module, paddle.nn.Layer], tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in raw, the paddle side of a pair whose weights were transferred."""

    name: str
    pair: str
    plant: Callable[[Any], None]
    """Changes the paddle model."""
    path: str
    """Where the report must say the models part, on the raw side."""
    phase: Literal["forward", "backward", "update"] = "forward"
    hint: str | None = None
    """The kind of hint that must be among those given."""
    step: int = 0
    training: bool = True
    prepare: Callable[[torch.nn.Module], None] | None = None
    """Changes the torch model before its weights are transferred."""
    optimizers: Optimizers | None = None
    steps: int = 1

    def models(self) -> tuple[torch.nn.Module, paddle.nn.Layer]:
        """Build the pair, transfer, plant."""
        pair = pair_named(self.pair)
        base, raw = pair.build_torch(), pair.build_paddle()
        if self.prepare:
            self.prepare(base)
        padiff.assign_weight(base, raw)
        base.train(self.training)
        raw.train() if self.training else raw.eval()
        self.plant(raw)
        return base, raw

    def report(self, **options: Any) -> AlignmentReport:
        """Align the two."""
        pair = pair_named(self.pair)
        base, raw = self.models()
        optimizers = self.optimizers(base, raw) if self.optimizers else None
        return aligned(pair, base, raw, optimizers=optimizers, steps=self.steps, **options)

    def located_in(self, report: AlignmentReport) -> bool:
        """Whether the report names the place, the phase and the step, and no other."""
        found = [(origin.raw_path, origin.phase, origin.step) for origin in report.origins]
        return not report and found == [(self.path, self.phase, self.step)]

    def found_in(self, report: AlignmentReport) -> bool:
        """Whether it also gives the hint."""
        hints = {hint.kind for origin in report.origins for hint in origin.hints}
        return self.located_in(report) and (self.hint is None or self.hint in hints)


def pair_named(name: str) -> ModelPair:
    """The pair of that name."""
    return next(pair for pair in PAIRS if pair.name == name)


def aligned(
    pair: ModelPair, base: torch.nn.Module, raw: paddle.nn.Layer, *, seed: int = 0, **options: Any
) -> AlignmentReport:
    """Align a pair on inputs drawn from a seed."""
    return padiff.align(base, raw, (pair.torch_inputs(seed), pair.paddle_inputs(seed)), **options)
