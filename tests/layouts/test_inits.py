"""An InstanceNorm with running statistics is, in eval, a BatchNorm: both ways, for 1 to 3 axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import paddle.nn as pnn
import pytest
import torch
from torch import nn

import padiff
from padiff.errors import InitFnError

SIZES = (5, 4, 2)


def instance_norm(n: int, **options: Any) -> Any:
    """In eval, all of its tensors drawn."""
    norm = getattr(nn, f"InstanceNorm{n}d")(3, **{"track_running_stats": True, **options}).eval()
    for name, tensor in norm.state_dict().items():
        if tensor.is_floating_point():
            torch.nn.init.uniform_(tensor, 0.5, 1.5)
        else:
            tensor.fill_(len(name))
    return norm


def batch_norm(n: int, **options: Any) -> Any:
    norm = getattr(pnn, f"BatchNorm{n}D")(3, **options)
    norm.eval()
    return norm


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_batch_norm_computes_in_eval_what_the_instance_norm_does(n: int) -> None:
    base, raw = instance_norm(n, affine=True), batch_norm(n)
    report = padiff.assign_weight(base, raw)
    x = np.random.default_rng(n).normal(size=(2, 3, *SIZES[:n])).astype(np.float32)
    expected = base(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(raw(paddle.to_tensor(x)).numpy(), expected, rtol=0, atol=1e-6)
    assert {record.how for record in report.records} == {"initialised"}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_statistics_come_back(n: int) -> None:
    base, between, raw = instance_norm(n, affine=True), batch_norm(n), instance_norm(n, affine=True)
    padiff.assign_weight(base, between)
    padiff.assign_weight(between, raw)
    for name in ("weight", "bias", "running_mean", "running_var"):
        assert torch.equal(getattr(raw, name), getattr(base, name))
    assert raw.num_batches_tracked == 0


def test_what_the_instance_norm_lacks_is_filled_with_what_it_means() -> None:
    raw = batch_norm(2)
    raw.weight.set_value(paddle.full([3], 7.0))
    raw.bias.set_value(paddle.full([3], 7.0))
    padiff.assign_weight(instance_norm(2, affine=False), raw)
    assert (raw.weight.tolist(), raw.bias.tolist()) == ([1, 1, 1], [0, 0, 0])


def test_an_instance_norm_without_statistics_is_no_batch_norm() -> None:
    raw = batch_norm(2)
    before = {name: tensor.tolist() for name, tensor in raw.state_dict().items()}
    with pytest.raises(InitFnError) as caught:
        padiff.assign_weight(instance_norm(2, track_running_stats=False), raw)
    assert caught.value.got == (
        "ValueError: the InstanceNorm has track_running_stats=False; use paddle's own InstanceNorm"
    )
    assert {name: tensor.tolist() for name, tensor in raw.state_dict().items()} == before


def test_an_instance_norm_without_statistics_cannot_take_a_batch_norms() -> None:
    with pytest.raises(InitFnError) as caught:
        padiff.assign_weight(batch_norm(2), instance_norm(2, track_running_stats=False))
    assert caught.value.got == (
        "ValueError: the InstanceNorm has track_running_stats=False, and no place for the statistics"
    )


def test_a_scale_that_the_instance_norm_has_no_place_for_is_refused() -> None:
    base = batch_norm(2)
    base.weight.set_value(paddle.full([3], 7.0))
    with pytest.raises(InitFnError, match="Only base has this tensor"):
        padiff.assign_weight(base, instance_norm(2, affine=False))


def test_different_dtypes_are_refused() -> None:
    with pytest.raises(InitFnError, match="base float64, raw float32"):
        padiff.assign_weight(instance_norm(2, affine=True).double(), batch_norm(2))
