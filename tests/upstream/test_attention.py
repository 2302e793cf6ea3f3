"""PaDiff: kdim failed, add_bias_kv was dropped, and torch to torch copied nothing; True each time."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch

import padiff
from padiff import PadiffError
from tests.small import in_paddle, in_torch
from tests.small.marks import marks_of


def torch_attention(**options: Any) -> in_torch.Model:
    return in_torch.Model(a=torch.nn.MultiheadAttention(4, 2, **options))


def paddle_attention(**options: Any) -> in_paddle.Model:
    return in_paddle.Model(a=paddle.nn.MultiHeadAttention(4, 2, **options))


def test_kdim_and_vdim_are_copied() -> None:
    base, raw = torch_attention(kdim=3, vdim=5), paddle_attention(kdim=3, vdim=5)
    padiff.assign_weight(base, raw)
    assert raw.a.k_proj.weight.T.tolist() == base.a.k_proj_weight.tolist()
    assert raw.a.v_proj.weight.T.tolist() == base.a.v_proj_weight.tolist()


def test_what_paddle_has_no_place_for_is_refused() -> None:
    with pytest.raises(PadiffError, match="Only base has this tensor"):
        padiff.assign_weight(torch_attention(add_bias_kv=True), paddle_attention())


@pytest.mark.parametrize("build", [torch_attention, paddle_attention])
def test_a_mapped_pair_of_one_framework_is_copied(build: Any) -> None:
    base, raw = build(), build()
    model0, model1 = padiff.create_model(base), padiff.create_model(raw)
    model0.set_layer_map([base.a])
    model1.set_layer_map([raw.a])
    padiff.assign_weight(model0, model1)
    ours, theirs = ([m.bits for m in marks_of(model).values()] for model in (base, raw))
    assert ours == theirs
