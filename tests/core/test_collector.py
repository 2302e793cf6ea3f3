"""`padiff.collector`: the garbage collector is as it was afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from padiff.collector import collector_paused


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_it_pauses_inside_the_block_only() -> None:
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), collector_paused():
        1 / 0  # noqa: B018 - raises
    assert gc.isenabled()


def test_it_leaves_a_collector_that_is_off_alone() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


def test_what_was_made_inside_is_among_the_old() -> None:
    with collector_paused():
        made: list[object] = []
    assert any(found is made for found in gc.get_objects(generation=2))


def test_it_freezes_nothing() -> None:
    with collector_paused():
        pass
    assert gc.get_freeze_count() == 0


def test_what_the_user_froze_stays_frozen() -> None:
    gc.freeze()
    with collector_paused():
        pass
    assert gc.get_freeze_count() > 0
