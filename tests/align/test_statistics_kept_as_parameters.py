"""paddle keeps running statistics as parameters: they are compared all the same."""

from __future__ import annotations

import numpy as np
import paddle
import pytest

import padiff


@pytest.mark.filterwarnings("ignore:When training, we now always track global mean:UserWarning")
def test_running_statistics_of_two_paddle_models_are_compared() -> None:
    batch = np.random.default_rng(0).standard_normal((8, 4)).astype(np.float32)
    report = padiff.align(
        paddle.nn.BatchNorm1D(4), paddle.nn.BatchNorm1D(4, momentum=0.5), batch, init=True
    )
    (origin,) = report.origins
    assert (origin.phase, origin.what) == ("update", "running_var")


def test_a_bias_frozen_on_one_side_alone_is_compared_as_a_weight() -> None:
    base, raw = paddle.nn.Linear(3, 3), paddle.nn.Linear(3, 3)
    raw.bias.stop_gradient = True
    batch = np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32)
    steppers = tuple(paddle.optimizer.SGD(0.1, parameters=m.parameters()) for m in (base, raw))
    report = padiff.align(base, raw, batch, init=True, optimizers=steppers)
    assert [origin.phase for origin in report.origins] == ["backward"]
