"""Ctrl-C during the copies waits until they are through; then nothing is half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest
import torch

import padiff
from padiff import Registry
from tests.small import in_torch
from tests.small.marks import marks_of


class Box(in_torch.Model):
    """What an init function is registered for."""


@pytest.fixture
def registry() -> Registry:
    """An init function and layouts at once: what it wrote must not be undone by a late interrupt."""

    def fill(base: Box, raw: Box) -> None:
        raw.w.copy_(base.w)

    registry = padiff.registry.copy()
    registry.register_init(("torch", "Box"), ("torch", "Box"), fill)
    return registry


@pytest.fixture(autouse=True)
def default_handler() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, as in any Python."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def net() -> in_torch.Model:
    return in_torch.Model(
        box=Box(w=torch.nn.Parameter(torch.rand(2))),
        a=torch.nn.Linear(3, 2),
        b=torch.nn.Linear(2, 5),
    )


def values(model: in_torch.Model) -> dict[str, bytes]:
    return {name: mark.bits for name, mark in marks_of(model).items()}


def press(*_: int) -> None:
    """Ctrl-C, at the first call of the progress display: after one layer of two."""
    signal.raise_signal(signal.SIGINT)


def test_it_comes_when_everything_is_copied(registry: Registry) -> None:
    base, raw = net(), net()
    with pytest.raises(KeyboardInterrupt):
        padiff.assign_weight(base, raw, registry=registry, progress=press)
    assert values(raw) == values(base)


def test_the_handler_is_the_users_again(registry: Registry) -> None:
    calls = []
    signal.signal(signal.SIGINT, lambda *_: calls.append("theirs"))
    padiff.assign_weight(net(), net(), registry=registry, progress=press)
    assert calls == ["theirs"]
    signal.raise_signal(signal.SIGINT)
    assert calls == ["theirs", "theirs"]


def test_an_ignored_signal_stays_ignored(registry: Registry) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert padiff.assign_weight(net(), net(), registry=registry, progress=press)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_another_thread_has_no_signals_to_hold(registry: Registry) -> None:
    base, raw = net(), net()
    reports: list[padiff.TransferReport] = []

    def run() -> None:
        reports.append(padiff.assign_weight(base, raw, registry=registry))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(reports) == 1
    assert values(raw) == values(base)
