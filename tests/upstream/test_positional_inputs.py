"""PaDiff answered positional inputs with an assertion that had no text."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff.errors import UsageError
from tests.align.nets import chain, values

X = values(2, 4)


@pytest.mark.parametrize("inputs", [((X,), (X,)), (X, X), ({"x": X}, {"x": X})])
def test_they_are_taken(inputs: Any) -> None:
    assert padiff.auto_diff(chain(4, 4), chain(4, 4), inputs) is True


@pytest.mark.parametrize("wrong", [X, (X,), {"x": X}, None, ((), ())])
def test_whatever_is_refused_is_refused_in_words(wrong: Any) -> None:
    with pytest.raises(UsageError) as caught:
        padiff.auto_diff(chain(4, 4), chain(4, 4), wrong)
    assert all((caught.value.what, caught.value.got, caught.value.expected))
