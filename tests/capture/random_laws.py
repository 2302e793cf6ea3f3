"""The random state: what holds in every framework."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from tests.capture.native import CaptureNative

__all__ = ["RandomLaws"]


class RandomLaws:
    native: CaptureNative

    def draws(self) -> dict[str, Callable[[], float]]:
        return {
            "framework": self.native.random,
            "python": random.random,
            "numpy": np.random.random,
        }

    @pytest.mark.parametrize("of", ["framework", "python", "numpy"])
    def test_a_draw_changes_it_and_the_same_is_drawn_once_it_is_put_back(self, of: str) -> None:
        draw, adapter = self.draws()[of], self.native.adapter
        before = adapter.random_state()
        assert adapter.random_state() == before
        first = draw()
        assert adapter.random_state() != before
        before.restore()
        assert adapter.random_state() == before
        assert draw() == first
