"""PaDiff's means passed NaN in other places, outputs of other shapes, and any integers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import padiff
from tests.align.nets import Net, values

X = values(2, 3)
NAN, INF = float("nan"), float("inf")


def giving(output: Any) -> Net:
    given = torch.tensor(output)
    return Net(lambda self, x: (self.fc(x), given), fc=torch.nn.Linear(3, 3))


@pytest.mark.parametrize(
    ("base", "raw"),
    [
        ([NAN, 1.0], [1.0, NAN]),
        ([NAN, 1.0], [1.0, 1.0]),
        ([INF, 1.0], [1.0, INF]),
        ([INF, 1.0], [-INF, 1.0]),
        ([[1.0, 2.0]], [[1.0], [2.0]]),
        (1.5, [1.0, 2.0]),
        ([1, 2], [2, 1]),
        ([3, 4], [3, 5]),
        ([True, False], [False, True]),
        ([1, 0], [1.0, 0.0]),
    ],
    ids=["places", "one nan", "inf", "sign", "shape", "scalar", "order", "token", "bool", "dtype"],
)
@pytest.mark.parametrize("mode", ["mean", "abs_mean", "strict"])
def test_it_is_a_difference(base: Any, raw: Any, mode: Any) -> None:
    models = giving(base), giving(raw)
    assert padiff.auto_diff(*models, (X, X), compare_mode=mode, diff_phase="forward") is False


@pytest.mark.parametrize("same", [[NAN, 1.0], [INF, -INF], [3, 4], [True, False]])
def test_the_same_in_the_same_places_is_none(same: Any) -> None:
    models = giving(same), giving(same)
    assert padiff.auto_diff(*models, (X, X), diff_phase="forward") is True


def test_an_output_that_is_written_in_place_afterwards_is_compared_as_it_was() -> None:
    def forward(add: float) -> Any:
        def run(self: Any, x: Any) -> Any:
            hidden = self.fc(x) + 0
            return self.act(hidden + add).clone(), hidden.zero_()

        return run

    parts = {"fc": torch.nn.Linear(3, 3), "act": torch.nn.Identity()}
    models = Net(forward(0.0), **parts), Net(forward(1.0), **parts)
    assert padiff.auto_diff(*models, (X, X), auto_init=False, diff_phase="forward") is False
