"""Init functions that do nothing, to be told apart by their names."""

from __future__ import annotations

from typing import Any


def first(base_model: Any, raw_model: Any) -> None: ...


def second(base_model: Any, raw_model: Any) -> None: ...


class Callable:
    """An init function that is an object."""

    def __call__(self, base_model: Any, raw_model: Any) -> None: ...
