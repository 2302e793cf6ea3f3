"""The garbage collector, kept out of the way of work that allocates much and frees little."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Do not collect cycles inside the block.

    A plan is hundreds of thousands of small objects that all stay. Every so many of them Python looks
    through all objects there are, a million with two frameworks imported, and finds nothing. Frozen
    and unfrozen, what the block made is among the old objects at its end, and is not looked through
    then either.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # else it would unfreeze what is not ours
            gc.freeze()
            gc.unfreeze()
        gc.enable()
