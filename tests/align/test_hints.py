"""Hints by their full text, and which of them are tried first."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import Linear

import padiff
from padiff.compare.hints import Hint
from tests.align.nets import Forward, Net, twin, values

X = values(3, 6)


def hints(base: torch.nn.Module, raw: torch.nn.Module) -> tuple[Hint, ...]:
    (origin,) = padiff.align(base, raw, X).origins
    return origin.hints


def value() -> Net:
    """A Linear that is handed a mask, too, and makes no use of it."""
    return Net(lambda self, x, _: self.linear(x), linear=Linear(6, 6))


def one_container(merge: Forward) -> Net:
    """Two heads, merged and projected in one container."""

    def attend(self: Any, x: Any) -> Any:
        return self.out(merge(self.value(x, torch.zeros(3)).reshape(3, 2, 3)))

    torch.manual_seed(0)
    attention = Net(attend, value=value(), out=Linear(6, 6))
    return Net(lambda self, x: self.attention(x), attention=attention)


def two_containers(merge: Forward) -> Net:
    """The same, but the projection is left to the caller."""

    def attend(self: Any, x: Any) -> Any:
        return merge(self.value(x, torch.ones(3)).reshape(3, 2, 3))

    torch.manual_seed(0)
    attention = Net(attend, value=value())
    return Net(lambda self, x: self.out(self.attention(x)), attention=attention, out=Linear(6, 6))


def beside(heads: Any) -> Any:
    return heads.flatten(1)


def interleaved(heads: Any) -> Any:
    return heads.transpose(1, 2).flatten(1)


def test_where_containers_draw_other_limits_the_next_layer_shows_what_became_of_it() -> None:
    base = one_container(beside)
    assert padiff.align(base, two_containers(beside), X)
    assert hints(base, two_containers(interleaved)) == (
        Hint(
            "permuted",
            "in what base's attention.out receives, along axis 1, raw is base read as (2, 3) and "
            "transposed",
        ),
    )


def test_where_what_a_container_returns_explains_it_no_other_layer_is_asked() -> None:
    base, raw = two_containers(beside), two_containers(interleaved)
    text = "along axis 1, raw is base read as (2, 3) and transposed"
    assert hints(base, raw) == (Hint("permuted", text),)


def test_of_a_leaf_no_more_is_looked_at_than_what_it_returns() -> None:
    def net(first: Forward) -> Net:
        torch.manual_seed(0)
        parts = {"a": Net(lambda _, x: first(x)), "b": Linear(6, 6)}
        return Net(lambda self, x: self.b(self.a(x)), **parts)

    runs = []

    def told(what: str, done: int, _: int | None) -> None:
        if what == "trying hints: raw forward" and done == 0:
            runs.append(what)

    assert not padiff.align(net(torch.sin), net(torch.exp), X, progress=told)
    assert len(runs) == 1


def test_weights_in_another_order() -> None:
    base = Linear(6, 6)
    raw = twin(base)
    with torch.no_grad():
        raw.weight.copy_(base.weight[[0, 1, 4, 5, 2, 3]])
    text = "in weight, along axis 0, raw has parts 1 and 2 of 3 swapped; with base's they agree"
    assert hints(base, raw) == (Hint("swapped", text),)
