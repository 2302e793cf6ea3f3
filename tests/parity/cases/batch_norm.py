"""Rows 43 to 58: BatchNorm and SyncBatchNorm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import paddle
import paddle.nn as pnn
import torch
from torch import nn

from .case import Case, Differs, PaddleInputs, Pin, Raises, Training
from .conv import channels_last
from .inputs import Inputs, normals
from .lazy import materialised

IMAGE: Final = normals(x=(4, 5, 3, 2))
COUNTER: Final = "num_batches_tracked"

BIASED: Final = Training(apart=("running_var",))
"""torch keeps the unbiased variance of a batch and paddle the biased one."""


def batch_norm(
    row: int,
    name: str,
    torch_side: Callable[[], torch.nn.Module],
    paddle_side: Callable[[], paddle.nn.Layer],
    inputs: Inputs = IMAGE,
    **options: Any,
) -> Case:
    """A row whose torch side counts batches, which paddle does not."""
    return Case(row, name, torch_side, paddle_side, inputs, torch_only=(COUNTER,), **options)


def in_train(layer: Any, inputs: PaddleInputs) -> paddle.Tensor:
    """Run a layer in train(), and leave it in eval()."""
    layer.train()
    out: paddle.Tensor = layer(inputs["x"])
    layer.eval()
    return out


def legacy() -> paddle.nn.Layer:
    """The class of paddle 1, which ignores the default dtype."""
    return pnn.BatchNorm(5, dtype=paddle.get_default_dtype())


CASES: Final = (
    batch_norm(
        43,
        "BatchNorm1d / BatchNorm1D 2-D input",
        lambda: nn.BatchNorm1d(5),
        lambda: pnn.BatchNorm1D(5),
        normals(x=(4, 5)),
        training=BIASED,
    ),
    batch_norm(
        44,
        "BatchNorm1d / BatchNorm1D 3-D input",
        lambda: nn.BatchNorm1d(5),
        lambda: pnn.BatchNorm1D(5),
        normals(x=(4, 5, 6)),
        training=BIASED,
    ),
    batch_norm(
        45,
        "BatchNorm2d / BatchNorm2D 4-D input",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm2D(5),
        training=BIASED,
    ),
    batch_norm(
        46,
        "BatchNorm3d / BatchNorm3D 5-D input",
        lambda: nn.BatchNorm3d(5),
        lambda: pnn.BatchNorm3D(5),
        normals(x=(2, 5, 3, 4, 6)),
        training=BIASED,
    ),
    batch_norm(
        47,
        "BatchNorm2d / BatchNorm 4-D input",
        lambda: nn.BatchNorm2d(5),
        legacy,
        training=BIASED,
    ),
    batch_norm(
        48,
        "BatchNorm2d momentum/eps",
        lambda: nn.BatchNorm2d(5, momentum=0.3, eps=1e-3),
        lambda: pnn.BatchNorm2D(5, momentum=0.7, epsilon=1e-3),
        training=BIASED,
    ),
    batch_norm(
        49,
        "BatchNorm2d momentum copied unchanged",
        lambda: nn.BatchNorm2d(5, momentum=0.1),
        lambda: pnn.BatchNorm2D(5, momentum=0.1),
        training=Training(apart=("running_mean", "running_var")),
    ),
    batch_norm(
        50,
        "BatchNorm2d affine=False",
        lambda: nn.BatchNorm2d(5, affine=False),
        lambda: pnn.BatchNorm2D(5, weight_attr=False, bias_attr=False),
        training=BIASED,
    ),
    batch_norm(
        51,
        "BatchNorm2d bias=False",
        lambda: nn.BatchNorm2d(5, bias=False),
        lambda: pnn.BatchNorm2D(5, bias_attr=False),
        # paddle gives the weight no gradient when the bias is absent.
        expect=Differs(parameter_gradients=True),
        training=Training(gradients=False, apart=("running_var",)),
    ),
    batch_norm(
        52,
        "BatchNorm2d bias=False / bias kept and zeroed",
        lambda: nn.BatchNorm2d(5, bias=False),
        lambda: pnn.BatchNorm2D(5),
        paddle_only={"bias": 0.0},
    ),
    Case(
        53,
        "BatchNorm2d track_running_stats=False",
        lambda: nn.BatchNorm2d(5, track_running_stats=False),
        lambda: pnn.BatchNorm2D(5, use_global_stats=False),
        IMAGE,
        # paddle normalises with the batch in eval() too, and its gradients there are wrong.
        expect=Differs(input_gradients=True, parameter_gradients=True),
        training=Training(),
        paddle_only={"_mean": 0.0, "_variance": 1.0},
    ),
    batch_norm(
        54,
        "BatchNorm2d eval statistics in train()",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm2D(5, use_global_stats=True),
        run_paddle=in_train,
    ),
    batch_norm(
        55,
        "BatchNorm2d / NHWC",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm2D(5, data_format="NHWC"),
        run_paddle=channels_last,
        training=BIASED,
    ),
    batch_norm(
        56,
        "LazyBatchNorm2d (after 1st forward)",
        lambda: materialised(nn.LazyBatchNorm2d(), torch.zeros(2, 5, 3, 2)),
        lambda: pnn.BatchNorm2D(5),
    ),
    batch_norm(
        57,
        "SyncBatchNorm / SyncBatchNorm",
        lambda: nn.SyncBatchNorm(5),
        lambda: pnn.SyncBatchNorm(5),
        expect=Raises(RuntimeError, "The kernel `sync_batch_norm` is not registered"),
        blind=(
            Pin("weight", "weight", "weight"),
            Pin("bias", "bias", "bias"),
            Pin("running_mean", "running_mean", "_mean"),
            Pin("running_var", "running_var", "_variance"),
        ),
    ),
    batch_norm(
        58,
        "SyncBatchNorm / BatchNorm2D",
        lambda: nn.SyncBatchNorm(5),
        lambda: pnn.BatchNorm2D(5),
        training=BIASED,
    ),
)
