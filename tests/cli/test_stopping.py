"""Signals become exceptions, and none comes between a start and the note of it."""

from __future__ import annotations

import signal
import threading

import pytest

from padiff.cli.stopping import Signals, Stopped, signal_name, stoppable


def leave(number: signal.Signals) -> None:
    """Raise a signal in a block."""
    with stoppable():
        signal.raise_signal(number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_block(number: signal.Signals) -> None:
    with pytest.raises(Stopped) as stop:
        leave(number)
    assert stop.value.status == 128 + number
    assert str(stop.value) == f"Ended by {number.name}."
    assert isinstance(stop.value, KeyboardInterrupt)


def test_handlers_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with stoppable():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def receive_in_the_middle(came: list[str]) -> None:
    signals = Signals()
    with signals.held():
        signals.receive(signal.SIGTERM)
        came.append("to the end of what is held")
    came.append("further")


def test_a_signal_waits_for_what_is_held() -> None:
    came: list[str] = []
    with pytest.raises(Stopped):
        receive_in_the_middle(came)
    assert came == ["to the end of what is held"]


def test_what_was_held_is_not_held_again() -> None:
    signals = Signals()
    with signals.held():
        pass
    with pytest.raises(Stopped):
        signals.receive(signal.SIGTERM)


def test_another_thread_sets_no_handlers() -> None:
    seen: list[object] = []

    def run() -> None:
        with stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


def test_a_signal_without_a_name_has_its_number() -> None:
    assert [signal_name(11), signal_name(99)] == ["SIGSEGV", "signal 99"]
