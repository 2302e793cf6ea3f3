"""Where there is much to copy, several threads move it; they do nothing else."""

from __future__ import annotations

from threading import Barrier, Event, Thread, current_thread, main_thread

import pytest

import padiff
from padiff import Registry, copying
from padiff.kinds import LINEAR
from padiff.layout import Layout
from padiff.protocols import Array, Tensors
from tests.reference import Linear, Sequential
from tests.small.marks import marks_of


def net() -> Sequential:
    return Sequential(Linear(2, 2, bias=False), Linear(3, 2, bias=False))


def values(model: Sequential) -> list[bytes]:
    return [mark.bits for mark in marks_of(model).values()]


def copy_with(monkeypatch: pytest.MonkeyPatch, copy: copying.CopyView) -> None:
    """Let the adapters have a copy of their own."""
    monkeypatch.setattr("padiff.transfer._copier", lambda _: copy)


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, and every byte worth a thread."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(copying, "_WORTH_A_THREAD", 1)


@pytest.fixture
def no_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system has none to give."""

    def start(_: Thread) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    monkeypatch.setattr(Thread, "start", start)


def meeting() -> copying.CopyView:
    """A copy that waits for another one to be under way."""
    barrier = Barrier(2, timeout=30)

    def copy(_raw: Array, _base: Array) -> bool:
        barrier.wait()
        return False

    return copy


@pytest.mark.usefixtures("two_threads")
def test_two_layers_are_copied_at_once(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_with(monkeypatch, meeting())
    base, raw = net(), net()
    padiff.assign_weight(base, raw, registry=reference)
    assert values(raw) == values(base)


@pytest.mark.usefixtures("two_threads")
def test_the_display_is_told_of_each_layer_by_the_thread_that_called(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_with(monkeypatch, meeting())
    told = []

    def display(done: int, total: int) -> None:
        told.append((current_thread(), done, total))

    padiff.assign_weight(net(), net(), registry=reference, progress=display)
    threads, done, totals = zip(*told, strict=True)
    assert set(threads) == {main_thread()}
    assert (done[0] in (16, 24), done[1:], set(totals)) == (True, (40,), {40})


@pytest.mark.usefixtures("two_threads")
def test_layouts_are_asked_by_the_thread_that_called(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()

    def view(tensors: Tensors) -> dict[str, Array]:
        threads.add(current_thread())
        return dict(tensors)

    key = "reference", "tests.reference.layers.Linear"
    reference.register_layout(*key, Layout(LINEAR, view), replace=True)
    copy_with(monkeypatch, meeting())
    padiff.assign_weight(net(), net(), registry=reference)
    assert threads == {main_thread()}


@pytest.mark.usefixtures("two_threads")
def test_what_fails_in_another_thread_is_raised_in_this_one(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Event()

    def copy(_raw: Array, _base: Array) -> bool:
        if current_thread() is main_thread():
            assert failed.wait(30)
            return False
        failed.set()
        msg = "the adapter's own copy broke"
        raise OSError(msg)

    copy_with(monkeypatch, copy)
    with pytest.raises(OSError, match="the adapter's own copy broke"):
        padiff.assign_weight(net(), net(), registry=reference)


@pytest.mark.usefixtures("two_threads", "no_more_threads")
def test_one_thread_does_it_where_no_other_is_to_be_had(reference: Registry) -> None:
    base, raw = net(), net()
    padiff.assign_weight(base, raw, registry=reference)
    assert values(raw) == values(base)


@pytest.mark.usefixtures("two_threads", "no_more_threads")
def test_the_largest_layer_is_begun_first(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def copy(raw: Array, _base: Array) -> bool:
        begun.append(raw.nbytes)
        return False

    copy_with(monkeypatch, copy)
    padiff.assign_weight(net(), net(), registry=reference)
    assert begun == [24, 16]


def test_a_small_model_needs_no_thread(
    reference: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr(Thread, "start", lambda _: pytest.fail("a thread was started"))
    assert padiff.assign_weight(net(), net(), registry=reference)


@pytest.mark.parametrize(
    ("processors", "megabytes", "threads"),
    [(64, 31, 1), (64, 32, 2), (64, 64, 3), (64, 9999, 4), (2, 9999, 2), (None, 9999, 1)],
)
def test_how_many_threads_there_are(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, megabytes: int, threads: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert copying._threads_for(megabytes << 20) == threads
