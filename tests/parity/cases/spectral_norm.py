"""Rows 188 to 194: spectral_norm, torch's old hook and its new parametrization."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import paddle
import paddle.nn as pnn
import torch
from torch import nn
from torch.nn.utils import parametrizations

from .case import Case, Differs, Pin, Training
from .inputs import Inputs, normals

IMAGE: Final = normals(x=(2, 3, 6, 5))

UV: Final = ("parametrizations.weight.0._u", "parametrizations.weight.0._v")
SAME_ORDER: Final = Training()
OTHER_ORDER: Final = Training(outputs=False, gradients=False, apart=UV)
"""torch's parametrization iterates on u before v; its old hook, and paddle, on v before u."""


def three_rows(
    row: int, how: str, norm: Callable[..., nn.Module], training: Training
) -> Iterator[Case]:
    """The rows of one of torch's two ways."""

    def case(
        offset: int,
        what: str,
        torch_side: Callable[[], nn.Module],
        paddle_side: Callable[[], pnn.Layer],
        inputs: Inputs,
        iterations: int = 1,
    ) -> Case:
        return Case(
            row + offset,
            f"spectral_norm {what} ({how})",
            lambda: norm(torch_side(), n_power_iterations=iterations),
            lambda: pnn.utils.spectral_norm(paddle_side(), n_power_iterations=iterations),
            inputs,
            training=training,
        )

    yield case(0, "Linear", lambda: nn.Linear(5, 7), lambda: pnn.Linear(5, 7), normals(x=(4, 5)))
    yield case(
        1,
        "Conv2d 3 iterations",
        lambda: nn.Conv2d(3, 5, (3, 2)),
        lambda: pnn.Conv2D(3, 5, (3, 2)),
        IMAGE,
        iterations=3,
    )
    yield case(
        2,
        "ConvTranspose2d",
        lambda: nn.ConvTranspose2d(3, 5, (3, 2)),
        lambda: pnn.Conv2DTranspose(3, 5, (3, 2)),
        IMAGE,
    )


def layer() -> Any:
    """paddle's layer that takes the weight as its input."""
    return pnn.SpectralNorm([4, 6], dim=0, power_iters=1, dtype=paddle.get_default_dtype())


CASES: Final = (
    *three_rows(188, "old hook", nn.utils.spectral_norm, SAME_ORDER),
    *three_rows(191, "parametrization", parametrizations.spectral_norm, OTHER_ORDER),
    Case(
        194,
        "parametrizations._SpectralNorm / nn.SpectralNorm",
        lambda: parametrizations._SpectralNorm(torch.eye(4, 6)),
        layer,
        normals(weight=(4, 6)),
        # paddle iterates in eval() too and writes nothing back; torch iterates in train() only.
        expect=Differs(outputs=True, input_gradients=True),
        training=Training(outputs=False, gradients=False, apart=("_u", "_v")),
        blind=(Pin("weight.left", "_u", "weight_u"), Pin("weight.right", "_v", "weight_v")),
    ),
)
