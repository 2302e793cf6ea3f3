"""All that speaks against a transfer is told at once."""

from __future__ import annotations

import paddle
import torch

from padiff.errors import PlanError
from tests.small import in_paddle, in_torch
from tests.small.refused import lines, refusal


def test_problems_of_different_sorts_are_in_one_error_in_the_models_order() -> None:
    weight = torch.nn.Parameter(torch.rand(2, 2))
    base = in_torch.Model(
        emb=torch.nn.Embedding(2, 3),
        wide=torch.nn.Linear(2, 4, bias=False),
        exact=torch.nn.Linear(2, 2, bias=False, dtype=torch.float64),
        far=torch.nn.Linear(2, 2, bias=False, device="meta"),
        own=weight,
    )
    raw = in_paddle.Model(
        emb=paddle.nn.Linear(2, 3),
        wide=paddle.nn.Linear(2, 5, bias_attr=False),
        exact=paddle.nn.Linear(2, 2, bias_attr=False),
        far=paddle.nn.Linear(2, 2, bias_attr=False),
        other=paddle.create_parameter([1], "float32"),
    )
    error = refusal(base, raw)
    assert isinstance(error, PlanError)
    assert [(p.base, p.raw) for p in error.problems] == [
        ("emb", "emb"),
        ("wide.weight", "wide.weight"),
        ("exact.weight", "exact.weight"),
        ("far.weight", ""),
        ("own", "(root)"),
        ("(root)", "other"),
    ]
    assert [line for line in lines(error) if not line.startswith("    ")] == [
        "Nothing was transferred from Model to Model: 6 problems.",
        "  1. Two layers paired by their path are not of one kind, and no init function joins them.",
        "  2. The weight of the two layers has different shapes.",
        "  3. The weight of the two layers has different dtypes.",
        "  4. A tensor has no values to copy.",
        "  5. Only base has this tensor.",
        "  6. Only raw has this tensor.",
    ]


def test_an_error_can_be_told_by_its_attributes() -> None:
    base, raw = in_torch.Model(fc=torch.nn.Linear(2, 3)), in_torch.Model(fc=torch.nn.Linear(2, 4))
    error = refusal(base, raw)
    assert isinstance(error, PlanError)
    (weight, bias) = error.problems
    assert (weight.base, weight.raw) == ("fc.weight", "fc.weight")
    assert weight.got == "base (3, 2), raw (4, 2) (canonical)"
    assert bias.expected == "equal canonical shapes"
