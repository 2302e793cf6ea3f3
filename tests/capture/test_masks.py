"""Masks are drawn once, and given again to what is recomputed."""

from __future__ import annotations

import numpy as np
import pytest

from padiff.capture.masks import Masks
from tests.capture.streams import Stream


def test_a_mask_keeps_what_is_at_least_the_probability() -> None:
    masks = Masks(lambda shape: np.array([0.2, 0.3, 0.7], np.float32).reshape(shape))
    assert masks.keep(0, (3, 1), 0.3).tolist() == [[False], [True], [True]]


@pytest.mark.parametrize("shape", [(3,), (3, 5), (1, 1), (2, 3, 7)])
def test_a_key_that_comes_again_gets_its_mask_again(shape: tuple[int, ...]) -> None:
    stream = Stream()
    masks = Masks(stream)
    first, other = masks.keep("a", shape, 0.5), masks.keep("b", shape, 0.5)
    assert np.array_equal(masks.keep("a", shape, 0.5), first)
    assert np.array_equal(masks.keep("b", shape, 0.5), other)
    assert stream.shapes == [shape, shape]


def test_a_key_of_another_shape_or_probability_is_another() -> None:
    stream = Stream()
    masks = Masks(stream)
    for shape, p in (((4,), 0.5), ((2, 2), 0.5), ((4,), 0.25)):
        assert masks.keep("a", shape, p).shape == shape
    assert stream.shapes == [(4,), (2, 2), (4,)]
