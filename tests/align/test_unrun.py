"""What was asked for and not compared: because of what came before it, or for want of a layer."""

from __future__ import annotations

import torch
from torch.nn import BatchNorm1d, Linear
from torch.optim import SGD

import padiff
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def off(base: Net) -> Net:
    raw = twin(base)
    with torch.no_grad():
        raw.a.bias += 0.5
    return raw


def test_nothing_is_left_where_all_agrees() -> None:
    base = chain(4, 4)
    assert padiff.align(base, twin(base), X, steps=2).unrun == ()


def test_the_backward_pass_is_left() -> None:
    base = chain(4, 4)
    assert padiff.align(base, off(base), X).unrun == ("backward",)


def test_nothing_is_left_of_the_forward_pass_alone() -> None:
    base = chain(4, 4)
    assert padiff.align(base, off(base), X, phase="forward").unrun == ()


def test_with_single_step_the_backward_pass_runs_all_the_same() -> None:
    base = chain(4, 4)
    report = padiff.align(base, off(base), X, single_step=True)
    assert (report.unrun, report.single_step) == ((), True)


def test_buffers_are_left() -> None:
    base = Net(lambda self, x: self.norm(self.a(x)), a=Linear(4, 4), norm=BatchNorm1d(4))
    assert padiff.align(base, off(base), X).unrun == ("backward", "update")


def test_the_optimizers_and_later_steps_are_left() -> None:
    base = chain(4, 4)
    raw = off(base)
    optimizers = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.1)
    report = padiff.align(base, raw, X, optimizers=optimizers, steps=3)
    assert report.unrun == ("backward", "update", "2 more steps")


def test_steps_are_left_where_the_optimizers_differ() -> None:
    base = chain(4, 4)
    raw = twin(base)
    optimizers = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.2)
    report = padiff.align(base, raw, X, optimizers=optimizers, steps=2)
    assert (report.steps, report.unrun) == (1, ("1 more step",))


def test_a_depth_that_leaves_out_all_gradients_leaves_the_backward_pass_uncompared() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, depth=0)
    assert (report.unrun, bool(report)) == (("backward",), False)
    assert str(report).startswith(
        "Not complete: all that was compared agrees, but not compared was: backward\n"
    )


def test_a_depth_that_leaves_out_all_weights_leaves_the_update_uncompared() -> None:
    base = chain(4, 4)
    raw = twin(base)
    optimizers = SGD(base.parameters(), 0.1), SGD(raw.parameters(), 0.2)
    report = padiff.align(base, raw, X, depth=0, optimizers=optimizers)
    assert (report.unrun, bool(report)) == (("backward", "update"), False)


def test_a_depth_leaves_nothing_where_the_forward_pass_is_all_that_was_asked_for() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X, depth=0, phase="forward")
    assert (report.unrun, bool(report)) == ((), True)
