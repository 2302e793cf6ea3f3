"""What `cfg` may say, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import padiff
from padiff.checker import check_grads, check_params, check_report, check_weights
from padiff.errors import UsageError

CHECKS: list[Callable[..., bool]] = [check_report, check_params, check_weights, check_grads]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Dumps that differ by 0.01 in one of a hundred outputs, weights and gradients."""
    for name, error in (("base", 0.0), ("raw", 0.01)):
        model = padiff.create_model(torch.nn.Linear(1, 100))
        with torch.no_grad():
            model.model.weight.fill_(1.0)
            model.model.bias.fill_(1.0)
            model.model.weight[7] += error
        output = model(torch.ones(1, 1))
        factor = torch.ones(1, 100)
        factor[0, 7] += error
        model.backward((output * factor).sum())
        model.try_dump(tmp_path / name)
    return tmp_path / "base", tmp_path / "raw"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_tolerances_and_modes(check: Callable[..., bool], pair: tuple[Path, Path]) -> None:
    assert check(*pair) is False
    assert check(*pair, None) is False
    assert check(*pair, {"atol": 0.02}) is True
    assert check(*pair, {"atol": 0.001}) is True  # in the mean
    assert check(*pair, cfg={"atol": 0.001, "compare_mode": "strict"}) is False
    assert check(*pair, {"rtol": 0.02, "compare_mode": "strict"}) is True
    assert check(*pair, {"rtol": 1e-5, "compare_mode": "abs_mean"}) is False
    assert check(*pair) is False


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_not_known(check: Callable[..., bool], pair: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError) as caught:
        check(*pair, {"atol": 1, "act_name": "equal", "Rtol": 1})
    assert str(caught.value).splitlines() == [
        "cfg says what is not known.",
        "  got:      act_name, Rtol",
        "  expected: atol, rtol, compare_mode",
    ]


def test_what_is_no_configuration(pair: tuple[Path, Path]) -> None:
    wrong: Any = 1e-4
    with pytest.raises(UsageError) as caught:
        check_report(*pair, wrong)
    assert str(caught.value).splitlines() == [
        "cfg is no dict.",
        "  got:      float",
        "  expected: keys of atol, rtol, compare_mode",
    ]


def test_a_mode_or_a_number_that_is_none(pair: tuple[Path, Path]) -> None:
    wrongs: list[Any] = [{"compare_mode": "max"}, {"atol": -1}, {"rtol": "much"}]
    for wrong in wrongs:
        with pytest.raises(UsageError):
            check_params(*pair, wrong)


def test_the_forward_pass_alone(pair: tuple[Path, Path]) -> None:
    assert check_report(*pair, {"atol": 0.02}, "forward") is True
    with pytest.raises(UsageError, match="phase= is unknown"):
        check_report(*pair, None, "sideways")  # type: ignore[arg-type]
