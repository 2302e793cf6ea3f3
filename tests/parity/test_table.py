"""Every matching row of the table, through the public interface.

Both models are built, and each of their tensors drawn anew: biases, statistics, padding rows. Then
weights are copied, and what the models compute is compared, with nothing but the frameworks' own
values: neither reading nor writing goes through padiff.
"""

from __future__ import annotations

import numpy as np
import pytest

import padiff
from padiff.errors import PlanError

from .agreement import apart, different_bits, numbered
from .canonical import canonical, paired
from .cases import DTYPES, MATCHES, Case, Dtype
from .pins import pins_agree
from .sides import PADDLE, SIDES, TORCH, Side


def ids(case: Case) -> str:
    return case.id


each_match = pytest.mark.parametrize("case", MATCHES, ids=ids)
each_dtype = pytest.mark.parametrize("dtype", DTYPES)
each_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.name)


@each_match
@each_dtype
def test_with_the_same_weights_both_compute_the_same(case: Case, dtype: Dtype) -> None:
    base, raw = TORCH.model(case, dtype, 1), PADDLE.model(case, dtype, 2)
    report = padiff.assign_weight(base, raw)

    expected, actual = TORCH.outputs(case, base, dtype), PADDLE.outputs(case, raw, dtype)
    assert apart(numbered(actual), numbered(expected), dtype) == {}

    forth, back = (
        side.backward(case, model, dtype, None) for side, model in ((TORCH, base), (PADDLE, raw))
    )
    assert apart(numbered(back.outputs), numbered(forth.outputs), dtype) == {}
    assert apart(back.inputs, forth.inputs, dtype) == {}
    ours, theirs = paired(
        report, canonical(base, forth.parameters), canonical(raw, back.parameters)
    )
    assert apart(theirs, ours, dtype) == {}


@each_match
def test_every_tensor_arrives_where_the_table_says(case: Case) -> None:
    base, raw = TORCH.model(case, "float32", 1), PADDLE.model(case, "float32", 2)
    report = padiff.assign_weight(base, raw)

    alone = [record for record in report.select("derived") if record.canonical]
    assert {record.base for record in alone} - {None} == set(case.torch_only)
    assert {record.raw for record in alone} - {None} == set(case.paddle_only)
    ours, theirs = TORCH.arrays(base), PADDLE.arrays(raw)
    assert {name: np.unique(theirs[name]).tolist() for name in case.paddle_only} == {
        name: [value] for name, value in case.paddle_only.items()
    }
    assert pins_agree(case, ours, theirs)


@each_match
@each_dtype
def test_weights_come_back_bit_for_bit(case: Case, dtype: Dtype) -> None:
    base, raw = TORCH.model(case, dtype, 1), PADDLE.model(case, dtype, 2)
    back = TORCH.model(case, dtype, 3)
    padiff.assign_weight(base, raw)
    padiff.assign_weight(raw, back)

    expected = TORCH.arrays(base)
    for counter in case.torch_only:  # paddle has no place to keep it
        expected[counter][...] = 0
    assert different_bits(TORCH.arrays(back), expected) == []


@each_match
@each_dtype
@each_side
def test_a_copy_within_a_framework_is_bit_for_bit(case: Case, dtype: Dtype, side: Side) -> None:
    base, raw = side.model(case, dtype, 1), side.model(case, dtype, 2)
    padiff.assign_weight(base, raw)
    assert different_bits(side.arrays(raw), side.arrays(base)) == []


@pytest.mark.parametrize("case", [case for case in MATCHES if case.paddle_only], ids=ids)
def test_what_torch_has_no_place_for_must_be_neutral(case: Case) -> None:
    base, raw = PADDLE.model(case, "float32", 1), TORCH.model(case, "float32", 2)
    before = TORCH.arrays(raw)
    with pytest.raises(PlanError, match="it does not hold its neutral value") as caught:
        padiff.assign_weight(base, raw)
    assert {problem.base for problem in caught.value.problems} == set(case.paddle_only)
    assert different_bits(TORCH.arrays(raw), before) == []
