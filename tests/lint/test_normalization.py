"""Settings of normalisation layers."""

from __future__ import annotations

from typing import Final

import paddle.nn as pnn
from torch import nn

from .differences import Difference, each, found, left
from .findings import lines

DIFFERENCES: Final = (
    Difference(
        "batch norm momentum",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm2D(5, momentum=0.1),
        "warning: (root)   momentum   torch 0.1 = paddle 0.9; found paddle 0.1   write momentum=0.9",
        lambda: pnn.BatchNorm2D(5, momentum=0.9),
    ),
    Difference(
        "batch norm momentum, from paddle",
        lambda: pnn.BatchNorm1D(5, momentum=0.8),
        lambda: nn.BatchNorm1d(5),
        "warning: (root)   momentum   paddle 0.8 = torch 0.2; found torch 0.1   write momentum=0.2",
        lambda: nn.BatchNorm1d(5, momentum=0.2),
    ),
    Difference(
        "batch norm cumulative average",
        lambda: nn.BatchNorm2d(5, momentum=None),
        lambda: pnn.BatchNorm2D(5),
        "warning: (root)   momentum   torch None; paddle 0.9   "
        "paddle has no cumulative average: choose a momentum in both",
    ),
    Difference(
        "batch norm epsilon",
        lambda: nn.BatchNorm2d(5, eps=1e-3),
        lambda: pnn.BatchNorm2D(5),
        "error: (root)   epsilon   torch 0.001 = paddle 0.001; found paddle 1e-05   "
        "write epsilon=0.001",
        lambda: pnn.BatchNorm2D(5, epsilon=1e-3),
    ),
    Difference(
        "batch norm epsilon, from paddle",
        lambda: pnn.BatchNorm2D(5, epsilon=1e-3),
        lambda: nn.BatchNorm2d(5),
        "error: (root)   epsilon   paddle 0.001 = torch 0.001; found torch 1e-05   write eps=0.001",
        lambda: nn.BatchNorm2d(5, eps=1e-3),
    ),
    Difference(
        "batch norm epsilon within torch",
        lambda: nn.BatchNorm2d(5, eps=1e-3),
        lambda: nn.BatchNorm2d(5),
        "error: (root)   epsilon   base 0.001; raw 1e-05   write eps=0.001",
        lambda: nn.BatchNorm2d(5, eps=1e-3),
    ),
    Difference(
        "legacy batch norm activation",
        lambda: nn.BatchNorm2d(5),
        lambda: pnn.BatchNorm(5, act="relu"),
        "error: (root)   activation   torch None = paddle act=None; found paddle 'relu'   "
        "write act=None",
        lambda: pnn.BatchNorm(5),
    ),
    Difference(
        "instance norm epsilon",
        lambda: nn.InstanceNorm2d(3, affine=True, eps=1e-3),
        lambda: pnn.InstanceNorm2D(3),
        "error: (root)   epsilon   torch 0.001 = paddle 0.001; found paddle 1e-05   "
        "write epsilon=0.001",
        lambda: pnn.InstanceNorm2D(3, epsilon=1e-3),
    ),
    Difference(
        "instance norm running statistics",
        lambda: nn.InstanceNorm2d(3, track_running_stats=True),
        lambda: pnn.InstanceNorm2D(3, weight_attr=False, bias_attr=False),
        "error: (root)   eval_statistics   "
        "torch track_running_stats=True; paddle the statistics of each sample   "
        "use a layer without running statistics in base, or compare in train() only",
    ),
    Difference(
        "layer norm epsilon",
        lambda: nn.LayerNorm(6),
        lambda: pnn.LayerNorm(6, epsilon=1e-6),
        "error: (root)   epsilon   torch 1e-05 = paddle 1e-05; found paddle 1e-06   "
        "write epsilon=1e-05",
        lambda: pnn.LayerNorm(6, epsilon=1e-5),
    ),
    Difference(
        "layer norm epsilon above paddle's limit",
        lambda: nn.LayerNorm(6, eps=1e-2),
        lambda: pnn.LayerNorm(6),
        "error: (root)   epsilon   torch 0.01; paddle 1e-05   "
        "paddle's LayerNorm takes no epsilon above 0.001: normalise by hand",
    ),
    Difference(
        "layer norm axes",
        lambda: nn.LayerNorm([3, 6]),
        lambda: pnn.LayerNorm(18),
        "error: (root)   normalized_shape   torch (3, 6) = paddle (3, 6); found paddle [18]   "
        "write normalized_shape=(3, 6)",
        lambda: pnn.LayerNorm((3, 6)),
    ),
    Difference(
        "group norm groups",
        lambda: nn.GroupNorm(2, 6),
        lambda: pnn.GroupNorm(3, 6),
        "error: (root)   num_groups   torch 2 = paddle 2; found paddle 3   write num_groups=2",
        lambda: pnn.GroupNorm(2, 6),
    ),
    Difference(
        "group norm epsilon",
        lambda: nn.GroupNorm(2, 6),
        lambda: pnn.GroupNorm(2, 6, epsilon=1e-3),
        "error: (root)   epsilon   torch 1e-05 = paddle 1e-05; found paddle 0.001   "
        "write epsilon=1e-05",
        lambda: pnn.GroupNorm(2, 6, epsilon=1e-5),
    ),
    Difference(
        "RMS norm epsilon within torch",
        lambda: nn.RMSNorm(6, eps=1e-6),
        lambda: nn.RMSNorm(6),
        "error: (root)   epsilon   base 1e-06; raw eps=None   write eps=1e-06",
        lambda: nn.RMSNorm(6, eps=1e-6),
    ),
    Difference(
        "channels last",
        lambda: nn.BatchNorm1d(5),
        lambda: pnn.BatchNorm1D(5, data_format="NLC"),
        "info: (root)   channels   torch channels first = paddle 'NCL'; found paddle 'NLC'   "
        "write data_format='NCL', or transpose its inputs and outputs",
        lambda: pnn.BatchNorm1D(5, data_format="NCL"),
    ),
    Difference(
        "channels last within paddle",
        lambda: pnn.GroupNorm(2, 6, data_format="NHWC"),
        lambda: pnn.GroupNorm(2, 6),
        "error: (root)   channels   base 'NHWC'; raw 'NCHW'   "
        "write data_format='NHWC', or transpose its inputs and outputs",
        lambda: pnn.GroupNorm(2, 6, data_format="NHWC"),
    ),
)


@each(DIFFERENCES)
def test_a_difference_is_named_and_its_advice_cures_it(difference: Difference) -> None:
    assert found(difference) == [difference.line]
    assert left(difference) == []


def test_a_frozen_batch_norm_is_a_note_in_eval_and_an_error_in_training() -> None:
    base, raw = nn.BatchNorm2d(5).eval(), pnn.BatchNorm2D(5, use_global_stats=True)
    raw.eval()
    line = (
        "(root)   train_statistics   torch the statistics of the batch = "
        "paddle use_global_stats=None; found paddle use_global_stats=True   "
        "write use_global_stats=None, or keep the layer in eval() while the model trains"
    )
    assert lines(base, raw) == [f"info: {line}"]
    base.train()
    raw.train()
    assert lines(base, raw) == [f"error: {line}"]


def test_the_two_running_variances_are_spoken_of_in_training_only() -> None:
    base, raw = nn.BatchNorm2d(5).eval(), pnn.BatchNorm2D(5)
    raw.eval()
    assert lines(base, raw) == []
    base.train()
    raw.train()
    assert lines(base, raw) == [
        (
            "warning: (root)   running_variance   "
            "torch the unbiased variance (n - 1); paddle the biased variance (n)   "
            "nothing to write: expect running_var to drift apart by a factor of n / (n - 1)"
        )
    ]
    assert lines(raw, pnn.BatchNorm2D(5)) == []


def test_what_no_statistics_are_kept_for_is_not_compared() -> None:
    """Neither the momentum nor the variance of statistics that are never updated."""
    untracked = nn.BatchNorm2d(5, momentum=0.5, track_running_stats=False)
    batch = pnn.BatchNorm2D(5, use_global_stats=False)
    rules = [line.partition("   ")[2].partition(" ")[0] for line in lines(untracked, batch)]
    assert rules == ["use_global_stats=False:"]
