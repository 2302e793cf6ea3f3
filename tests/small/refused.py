"""Asserting that a transfer is refused, that nothing was written, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

import padiff
from padiff import ProxyModel

from .marks import marks_of


def refusal(base: Any, raw: Any, **options: Any) -> padiff.PadiffError:
    """The error `assign_weight` raises; both models are seen to be as they were."""
    models = [model.model if isinstance(model, ProxyModel) else model for model in (base, raw)]
    before = [marks_of(model) for model in models]
    with pytest.raises(padiff.PadiffError) as caught:
        padiff.assign_weight(base, raw, **options)
    assert [marks_of(model) for model in models] == before
    return caught.value


def lines(error: BaseException) -> list[str]:
    """The text of an error, line by line."""
    return str(error).splitlines()
