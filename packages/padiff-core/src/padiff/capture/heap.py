"""Memory that was freed, and that the C library keeps."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["give_back"]


def give_back() -> None:
    """Have the C library return to the system what it keeps of freed memory, as far as it can: glibc does.

    It keeps the pages in which one framework worked, for whoever asks it next; the other asks for blocks
    of such sizes and alignments that they rarely fit (malloc_trim(3)).
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
