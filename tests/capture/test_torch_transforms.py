"""Modules called within torch's transforms, whose tensors have no values of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.autograd.functional import jacobian

import padiff
from padiff.aligning.settings import DiffPhase
from padiff.errors import RunError, UsageError

X = torch.ones(3, 4)
REFUSAL = (
    "A tensor that passes a module has no values of its own.\n"
    "  got:      Cannot access data pointer of Tensor that doesn't have storage\n"
    "  expected: a module that is called outside torch.vmap, jacrev and the like\n"
    "  hint:     compare the models without these, or only the modules around them (depth=)"
)
TRANSFORMS: dict[str, Callable[[Any, Any], Any]] = {
    "vmap": lambda inner, x: torch.vmap(inner)(x),
    "jacrev": lambda inner, x: torch.func.jacrev(lambda x: inner(x).sum(0))(x),
    "grad": lambda inner, x: torch.func.grad(lambda x: inner(x).sum())(x),
}
EACH = pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)


class Transformed(torch.nn.Module):
    def __init__(self, transform: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.inner = torch.nn.Linear(4, 2)
        self.transform = transform

    def forward(self, x: torch.Tensor) -> Any:
        return self.transform(self.inner, x)


@EACH
@pytest.mark.parametrize("phase", ["both", "forward"])
def test_an_alignment_says_so(transform: Callable[[Any, Any], Any], phase: DiffPhase) -> None:
    with pytest.raises(RunError) as caught:
        padiff.align(Transformed(transform), Transformed(transform), X, phase=phase)
    assert isinstance(caught.value.__cause__, UsageError)
    assert caught.value.got == f"UsageError: {REFUSAL}"
    assert caught.value.hint == ""


@EACH
def test_a_recording_says_so_when_the_run_is_over(
    transform: Callable[[Any, Any], Any], tmp_path: Path
) -> None:
    model = Transformed(transform)
    with pytest.raises(UsageError) as caught, padiff.record(model, tmp_path / "t"):
        result = model(X)
    assert str(caught.value) == REFUSAL
    assert torch.equal(result, model(X))


def test_a_backward_pass_for_several_gradients_at_once() -> None:
    def transform(inner: Any, x: Any) -> Any:
        return jacobian(lambda x: inner(x).sum(0), x, vectorize=True)  # type: ignore[no-untyped-call]

    with pytest.raises(RunError) as caught:
        padiff.align(Transformed(transform), Transformed(transform), X)
    assert caught.value.got == f"UsageError: {REFUSAL}"


def test_where_no_identity_is_asked_for(tmp_path: Path) -> None:
    model = Transformed(TRANSFORMS["vmap"])
    with (
        pytest.raises(UsageError) as caught,
        padiff.record(model, tmp_path / "t"),
        torch.inference_mode(),
    ):
        model(X)
    assert str(caught.value) == REFUSAL


@EACH
def test_the_modules_around_can_be_compared(transform: Callable[[Any, Any], Any]) -> None:
    base, raw = Transformed(transform), Transformed(transform)
    assert padiff.align(base, raw, X, depth=0, phase="forward")
    with torch.no_grad():
        raw.inner.weight.mul_(2)
    assert not padiff.align(base, raw, X, depth=0, phase="forward")
