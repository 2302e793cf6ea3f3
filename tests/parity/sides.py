"""The two frameworks behind one interface, for tests that ask the same of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .cases import Arrays, Case, Dtype
from .gradients import (
    Gradients,
    Mode,
    paddle_gradients,
    paddle_outputs,
    torch_gradients,
    torch_outputs,
)
from .natives import paddle_arrays, torch_arrays
from .randomise import randomise_paddle, randomise_torch


@dataclass(frozen=True, slots=True)
class Side:
    """What the tests do with the models of one framework."""

    name: str
    build: Callable[[Case, Dtype], Any]
    randomise: Callable[[Any, int, int | None], None]
    arrays: Callable[[Any], Arrays]
    """Copies of all values by native name."""
    outputs: Callable[[Case, Any, Dtype], tuple[Any, ...]]
    backward: Callable[[Case, Any, Dtype, Mode | None], Gradients]

    def model(self, case: Case, dtype: Dtype, seed: int) -> Any:
        """A new model of the case, all of its tensors drawn with `seed`."""
        model = self.build(case, dtype)
        self.randomise(model, seed, case.zero_row)
        return model


TORCH: Final = Side(
    "torch", Case.build_torch, randomise_torch, torch_arrays, torch_outputs, torch_gradients
)
PADDLE: Final = Side(
    "paddle", Case.build_paddle, randomise_paddle, paddle_arrays, paddle_outputs, paddle_gradients
)
SIDES: Final = (TORCH, PADDLE)
