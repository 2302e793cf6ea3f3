"""What is kept of a model's calls until it is dumped."""

from __future__ import annotations

import numpy as np

from padiff.dumping.shelf import _OVERHEAD, Shelf


def test_what_is_taken_in_is_added_up() -> None:
    shelf = Shelf()
    assert shelf.nbytes == 0
    assert [shelf.put(np.zeros(size, np.float32)) for size in (1, 10, 100)] == [0, 1, 2]
    assert shelf.nbytes == 4 * 111 + 3 * _OVERHEAD
