"""PaDiff left BatchNorm's statistics behind unless mapped: eval outputs were off by 0.7, True."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import pytest
import torch
from numpy.typing import NDArray

import padiff

MEAN, VARIANCE = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]


def torch_norm() -> torch.nn.BatchNorm2d:
    norm = torch.nn.BatchNorm2d(3).eval()
    norm.load_state_dict(
        {
            **norm.state_dict(),
            "running_mean": torch.tensor(MEAN),
            "running_var": torch.tensor(VARIANCE),
        }
    )
    return norm


def paddle_norm() -> paddle.nn.BatchNorm2D:
    norm = paddle.nn.BatchNorm2D(3)
    norm.eval()
    norm._mean.set_value(np.array(MEAN, np.float32))
    norm._variance.set_value(np.array(VARIANCE, np.float32))
    return norm


def output(norm: Any) -> NDArray[np.float32]:
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 4)).astype(np.float32)
    made = norm(torch.from_numpy(x) if isinstance(norm, torch.nn.Module) else paddle.to_tensor(x))
    found: NDArray[np.float32] = made.detach().numpy()
    return found


RAW: dict[str, Callable[[], Any]] = {
    "torch": lambda: torch.nn.BatchNorm2d(3),
    "paddle": lambda: paddle.nn.BatchNorm2D(3),
}


@pytest.mark.parametrize("base_norm", [torch_norm, paddle_norm])
@pytest.mark.parametrize("raw_framework", RAW)
def test_statistics_travel_without_a_layer_map(base_norm: Any, raw_framework: str) -> None:
    base, raw = base_norm(), RAW[raw_framework]()
    raw.eval()
    padiff.assign_weight(base, raw)
    np.testing.assert_allclose(output(raw), output(base), rtol=0, atol=1e-5)
