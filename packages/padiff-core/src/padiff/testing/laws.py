"""What all contract classes share: how their laws get parameters, and that none is switched off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import pytest

from padiff.errors import UsageError

__all__ = ["Laws", "deviation"]

FuncT = TypeVar("FuncT", bound=Callable[..., object])


def deviation(*, reason: str, raises: type[BaseException]) -> Callable[[FuncT], FuncT]:
    """Mark the override of a law that does not hold: a strict xfail.

    Args:
        reason: Why it cannot hold, for whoever reads the report.
        raises: What the law raises; anything else still fails.

    >>> class TestToy(Laws):
    ...     test_something = deviation(reason="a toy has none", raises=AssertionError)(
    ...         lambda s: None
    ...     )
    """

    def mark(function: FuncT) -> FuncT:
        marked: FuncT = pytest.mark.xfail(reason=reason, raises=raises, strict=True)(function)
        return marked

    return mark


class Laws:
    """A class of laws: test methods that hold for whoever subclasses it.

    A subclass may add tests. It may not replace or switch off a law, unless it marks the override
    with `deviation`.
    """

    _inherited: ClassVar[frozenset[str]] = frozenset({"__test__", "pytest_generate_tests"})

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        inherited = {name for base in cls.__mro__[1:] for name in vars(base) if _is_law(name)}
        ours = cls.__module__.partition(".")[0] == "padiff"
        for name in vars(cls):
            guarded = name in inherited or (name in cls._inherited and not ours)
            if guarded and not _deviates(vars(cls)[name]):
                raise UsageError(
                    f"{cls.__qualname__} overrides a law of its contract.",
                    where=name,
                    expected="the law as it is inherited",
                    hint="padiff.testing.deviation(reason=..., raises=...) marks an override as a "
                    "known gap",
                )

    @classmethod
    def parameters(cls) -> dict[str, Mapping[str, Any]]:
        """Values by id for each fixture name that a law may ask for."""
        return {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give each law its parameters; pytest calls it."""
        for name, values in self.parameters().items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, list(values.values()), ids=list(values))


def _is_law(name: str) -> bool:
    return name.startswith("test_")


def _deviates(value: object) -> bool:
    marks = getattr(value, "pytestmark", [])
    return any(
        mark.name == "xfail" and mark.kwargs.get("reason") and mark.kwargs.get("raises")
        for mark in marks
    )
