"""The progress callback is told of bytes, and cannot stop a transfer half-way."""

from __future__ import annotations

import pytest
import torch

import padiff
from tests.small import in_torch
from tests.small.marks import marks_of


def net() -> in_torch.Model:
    return in_torch.Model(a=torch.nn.Linear(3, 2), b=torch.nn.Linear(2, 5, bias=False))


def values(model: in_torch.Model) -> dict[str, bytes]:
    return {name: mark.bits for name, mark in marks_of(model).items()}


def test_it_is_called_after_each_layer_with_bytes_done_and_bytes_in_all() -> None:
    calls: list[tuple[int, int]] = []
    padiff.assign_weight(net(), net(), progress=lambda done, total: calls.append((done, total)))
    assert calls == [(32, 72), (72, 72)]


def test_it_sees_the_layers_it_was_told_of() -> None:
    base, raw = net(), net()
    seen: list[bool] = []
    padiff.assign_weight(
        base, raw, progress=lambda *_: seen.append(torch.equal(raw.a.weight, base.a.weight))
    )
    assert seen == [True, True]


def test_one_that_raises_is_warned_of_once_and_not_called_again() -> None:
    calls = []

    def display(done: int, _: int) -> None:
        calls.append(done)
        msg = "no terminal"
        raise OSError(msg)

    base, raw = net(), net()
    with pytest.warns(RuntimeWarning) as caught:
        report = padiff.assign_weight(base, raw, progress=display)
    assert [str(warning.message) for warning in caught] == [
        "The progress display failed (OSError('no terminal')); the transfer itself is complete."
    ]
    assert caught[0].filename == __file__
    assert report
    assert len(calls) == 1
    assert values(raw) == values(base)


@pytest.mark.parametrize("leaving", [SystemExit, KeyboardInterrupt])
def test_one_that_wants_to_leave_does_so_when_all_is_done(leaving: type[BaseException]) -> None:
    def display(*_: int) -> None:
        raise leaving

    base, raw = net(), net()
    with pytest.raises(leaving):
        padiff.assign_weight(base, raw, progress=display)
    assert values(raw) == values(base)
