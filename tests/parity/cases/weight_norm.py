"""Rows 174 to 187: weight_norm, torch's old hook and its new parametrization."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import paddle.nn as pnn
from torch import nn
from torch.nn.utils import parametrizations

from .case import Case, Differs, Matches
from .inputs import Inputs, normals

VECTOR: Final = normals(x=(4, 5))
IMAGE: Final = normals(x=(2, 3, 6, 5))


@dataclass(frozen=True, slots=True)
class Normed:
    """A layer, the same on both sides, with the axis that keeps its norm on each."""

    what: str
    torch: Callable[[], nn.Module]
    torch_dim: int | None
    paddle: Callable[[], pnn.Layer]
    paddle_dim: int | None
    inputs: Inputs
    expect: Matches | Differs = field(default_factory=Matches)

    def case(self, row: int, how: str, norm: Callable[..., nn.Module]) -> Case:
        """The row for one of torch's two ways to normalise."""
        return Case(
            row,
            f"weight_norm {self.what} ({how})",
            lambda: norm(self.torch(), dim=self.torch_dim),
            # paddle documents None as the norm over all axes, and does not declare it.
            lambda: pnn.utils.weight_norm(self.paddle(), dim=self.paddle_dim),  # type: ignore[arg-type]
            self.inputs,
            expect=self.expect,
        )


def linear() -> nn.Module:
    return nn.Linear(5, 7)


def paddle_linear() -> pnn.Layer:
    return pnn.Linear(5, 7)


LAYERS: Final = (
    # paddle keeps a Linear's weight transposed, so torch's dim 0 is paddle's dim 1.
    Normed("Linear dim=0", linear, 0, paddle_linear, 1, VECTOR),
    Normed(
        "Linear dim=0 with paddle dim=0",
        lambda: nn.Linear(7, 7),
        0,
        lambda: pnn.Linear(7, 7),
        0,
        normals(x=(4, 7)),
        Differs(outputs=True, input_gradients=True, parameter_gradients=True),
    ),
    Normed("Linear dim=1", linear, 1, paddle_linear, 0, VECTOR),
    Normed("Linear dim=None", linear, None, paddle_linear, None, VECTOR),
    Normed(
        "Conv2d", lambda: nn.Conv2d(3, 5, (3, 2)), 0, lambda: pnn.Conv2D(3, 5, (3, 2)), 0, IMAGE
    ),
    Normed(
        "Conv1d",
        lambda: nn.Conv1d(3, 5, 3),
        0,
        lambda: pnn.Conv1D(3, 5, 3),
        0,
        normals(x=(2, 3, 6)),
    ),
    Normed(
        "ConvTranspose2d dim=1",
        lambda: nn.ConvTranspose2d(3, 5, (3, 2)),
        1,
        lambda: pnn.Conv2DTranspose(3, 5, (3, 2)),
        1,
        IMAGE,
    ),
)


def rows(first: int, how: str, norm: Callable[..., nn.Module]) -> Iterator[Case]:
    """The seven rows of one of torch's two ways."""
    return (layer.case(row, how, norm) for row, layer in enumerate(LAYERS, first))


CASES: Final = (
    *rows(174, "old hook", nn.utils.weight_norm),
    *rows(181, "parametrization", parametrizations.weight_norm),
)
