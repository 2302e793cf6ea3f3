"""Large arrays are measured in shares by several threads, with the same outcome whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest

from padiff.compare import NonFinite, Tolerance
from padiff.compare.blocks import Block, blocks
from padiff.protocols import Array

from .arrays import f32, measured
from .drawn import small_blocks

MODULE = import_module("padiff.compare.measure")
LARGE = 1 << 21
"""Elements of float32 of which two arrays are just worth four shares."""


def noisy(size: int = LARGE) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    base = rng.standard_normal(size, np.float32)
    return base, base + np.float32(1e-6) * rng.standard_normal(size, np.float32)


@pytest.mark.parametrize("at", range(16))
def test_what_a_share_holds_is_found_wherever_it_is(at: int) -> None:
    base, raw = np.ones(16, np.float32), np.ones(16, np.float32)
    base[at], raw[at] = 4, 1
    with small_blocks(2):
        together = measured(base, raw, Tolerance(0.5, 0))
    with small_blocks(2, shared=True):
        assert measured(base, raw, Tolerance(0.5, 0)) == together
    assert together.max_abs_at is not None
    assert together.max_abs_at.index == (at,)


def test_of_equals_in_several_shares_the_first_is_named() -> None:
    nan = np.nan
    base, raw = f32([0, 1, 1, 1, 1, nan, 1, nan]), f32([0, 3, 1, 3, 1, 1, 1, 1])
    with small_blocks(2, shared=True):
        found = measured(base, raw, Tolerance(0.5, 0))
        finite = measured(base[:5], raw[:5], Tolerance(0.5, 0))
    assert found.worst is not None
    assert found.worst.index == (5,)
    for element in (finite.worst, finite.max_abs_at, finite.max_rel_at):
        assert element is not None
        assert element.index == (1,)


def test_what_is_not_finite_is_counted_over_all_shares() -> None:
    inf, nan = np.inf, np.nan
    base, raw = f32([inf, nan, 1, nan, -inf, 1, 1, nan]), f32([inf, 1, inf, nan, inf, 1, nan, nan])
    with small_blocks(2, shared=True):
        found = measured(base, raw)
    assert found.base_nonfinite == NonFinite(3, 1, 1)
    assert found.raw_nonfinite == NonFinite(3, 3, 0)
    assert (found.nonfinite_differences, found.out_of_tolerance) == (4, 4)


@pytest.mark.parametrize("processors", [None, 1, 2, 3, 64])
def test_the_outcome_does_not_depend_on_the_machine(
    monkeypatch: pytest.MonkeyPatch, processors: int | None
) -> None:
    pair = noisy()
    here = measured(*pair)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    assert measured(*pair) == here


def meeting(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    """Have every share wait until so many threads have begun one."""
    barrier = Barrier(threads, timeout=30)

    def walk(*args: Any) -> Iterator[Block]:
        barrier.wait()
        return blocks(*args)

    monkeypatch.setattr(MODULE, "blocks", walk)


@pytest.mark.parametrize("threads", [2, 4])
def test_the_shares_are_measured_at_once(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: threads)
    pair = noisy()
    expected = measured(*pair)
    meeting(monkeypatch, threads)
    assert measured(*pair) == expected


@pytest.mark.parametrize(("size", "detail"), [(LARGE - 1, False), (LARGE, True)])
def test_smaller_arrays_and_details_need_no_thread(
    monkeypatch: pytest.MonkeyPatch, size: int, detail: bool
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr(Thread, "start", lambda _: pytest.fail("a thread was started"))
    assert measured(*noisy(size), detail=detail).size == size


def test_what_a_thread_raises_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(*args: Any) -> Iterator[Block]:
        number, _ = args[3]
        if number == 3:
            msg = "the file behind the map is gone"
            raise OSError(msg)
        return blocks(*args)

    monkeypatch.setattr(MODULE, "blocks", walk)
    with pytest.raises(OSError, match="the file behind the map is gone"):
        measured(*noisy())
