"""The weights after the optimizers' step."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
import torch
from torch.optim import SGD, Adam

import padiff
from padiff.errors import UsageError
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def pair() -> tuple[Net, Net]:
    base = chain(4, 5, 3)
    return base, twin(base)


def test_torch_against_paddle() -> None:
    base, raw = torch.nn.Linear(4, 2), paddle.nn.Linear(4, 2)
    optimizers = (
        Adam(base.parameters(), 0.1),
        paddle.optimizer.Adam(0.1, parameters=raw.parameters()),
    )
    report = padiff.align(base, raw, X, init=True, optimizers=optimizers, steps=3)
    assert report
    assert report.steps == 3
    assert len(report.losses) == 3
    assert report.losses[0] != report.losses[2]


def test_each_step_is_compared() -> None:
    base, raw = pair()
    report = padiff.align(
        base, raw, X, optimizers=(SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)), steps=2
    )
    assert report
    updates = {(u.base_path, u.step) for u in report.units if u.phase == "update"}
    assert updates == {("a", 0), ("b", 0), ("a", 1), ("b", 1)}


def test_another_learning_rate_is_the_optimizers_fault() -> None:
    base, raw = pair()
    report = padiff.align(
        base, raw, X, optimizers=(SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.11)), steps=3
    )
    (origin,) = report.origins
    assert (origin.base_path, origin.phase, origin.step) == ("", "update", 0)
    assert "the optimizer" in str(report)
    assert report.steps == 1


def test_another_momentum_shows_in_the_second_step() -> None:
    base, raw = pair()
    optimizers = (
        SGD(base.parameters(), 0.1, momentum=0.9),
        SGD(raw.parameters(), 0.1, momentum=0.8),
    )
    assert padiff.align(base, raw, X, optimizers=optimizers)
    (origin,) = padiff.align(base, raw, X, optimizers=optimizers, steps=2).origins
    assert (origin.phase, origin.step) == ("update", 1)


def test_a_layer_the_optimizer_does_not_know() -> None:
    base = chain(4, 4, 4, 4, 4)
    raw = twin(base)
    some = [p for name, p in raw.named_parameters() if not name.startswith("c.")]
    report = padiff.align(base, raw, X, optimizers=(SGD(base.parameters(), 0.1), SGD(some, 0.1)))
    (origin,) = report.origins
    assert (origin.raw_path, origin.phase) == ("c", "update")


def test_functions_that_make_the_step() -> None:
    base, raw = pair()
    ours, theirs = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.2)

    def step(optimizer: Any) -> Any:
        def run() -> None:
            optimizer.step()
            optimizer.zero_grad()

        return run

    assert padiff.align(base, twin(base), X)
    (origin,) = padiff.align(base, raw, X, optimizers=(step(ours), step(theirs))).origins
    assert origin.phase == "update"
    same = padiff.align(
        base, raw, X, optimizers=(step(ours), step(SGD(raw.parameters(), 0.1))), steps=2
    )
    assert same
    assert same.steps == 2


def test_steps_without_optimizers_repeat_the_same() -> None:
    base, raw = pair()
    report = padiff.align(base, raw, X, steps=3)
    assert report
    assert report.losses[0] == report.losses[2]


def test_optimizers_need_gradients() -> None:
    base, raw = pair()
    both = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)
    with pytest.raises(UsageError) as caught:
        padiff.align(base, raw, X, optimizers=both, phase="forward")
    assert str(caught.value).splitlines() == [
        "Optimizers need gradients.",
        '  got:      phase="forward"',
        '  expected: phase="both"',
    ]


@pytest.mark.parametrize("wrong", [SGD, "sgd", 0.1])
def test_optimizers_that_make_no_steps(wrong: Any) -> None:
    base, raw = pair()
    with pytest.raises(UsageError) as caught:
        padiff.align(base, raw, X, optimizers=(SGD(base.parameters(), 0.1), wrong))
    assert str(caught.value).splitlines() == [
        "optimizers= is no optimizer.",
        f"  got:      {wrong!r}",
        "  expected: a pair of optimizers, or of functions without argument that make the step",
    ]


@pytest.mark.parametrize("steps", [0, -1, 1.0, True, None])
def test_steps_that_are_no_number(steps: Any) -> None:
    with pytest.raises(UsageError) as caught:
        padiff.align(*pair(), X, steps=steps)
    assert str(caught.value).splitlines() == [
        "steps is no number of steps.",
        f"  got:      {steps!r}",
        "  expected: >= 1",
    ]


def test_optimizers_with_single_step_compare_the_weights() -> None:
    base, raw = pair()
    both = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.2)
    assert not padiff.align(base, raw, X, optimizers=both, single_step=True)


def test_single_step_goes_on_from_the_stepped_weights() -> None:
    base, raw = pair()
    both = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)
    fed = padiff.align(base, raw, X, optimizers=both, single_step=True, steps=3)
    plain = padiff.align(base, raw, X, optimizers=both, steps=3)
    assert fed
    assert fed.losses == plain.losses
