"""Which tolerance holds for which tensor: rules by path pattern, over defaults per dtype."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from padiff.compare.tolerance import Mode, NoToleranceError, Tolerance, default_tolerance
from padiff.dtypes import category
from padiff.errors import PadiffError

__all__ = ["Rule", "Tolerances"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A tolerance for the tensors whose dotted path matches a pattern.

    What is not given keeps the default of the tensor's dtype.
    """

    pattern: str
    """In the manner of `fnmatch`; `*` also crosses dots: `"encoder.*"`, `"*.running_var"`."""
    atol: float | None = None
    rtol: float | None = None
    mode: Mode | None = None
    integers: bool = False
    """Whether the rule also loosens integers and booleans. Otherwise these stay exact: with a
    relative tolerance of 1e-3, token 30000 would pass for token 30001."""

    def __post_init__(self) -> None:
        Tolerance(self.atol or 0.0, self.rtol or 0.0, self.mode or "strict")

    def covers(self, dtype: np.dtype[Any]) -> bool:
        """Whether the rule may change the tolerance of tensors of this dtype."""
        return self.integers or category(dtype) not in ("int", "bool")


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Rules over defaults. The *last* rule whose pattern matches decides alone, as in .gitignore.

    >>> tolerances = Tolerances((Rule("*", rtol=1e-3), Rule("head.*", atol=0.1)))
    >>> print(tolerances.of("encoder.weight", np.dtype("float32")))
    |base - raw| <= 1e-05 + 0.001 * |base|
    >>> print(tolerances.of("head.weight", np.dtype("float32")))
    |base - raw| <= 0.1 + 1.3e-06 * |base|
    """

    rules: tuple[Rule, ...] = ()
    mode: Mode = "strict"
    """The mode where the deciding rule has none."""

    def of(
        self,
        path: str,
        base: np.dtype[Any],
        raw: np.dtype[Any] | None = None,
        *,
        raw_path: str = "",
    ) -> Tolerance:
        """The tolerance of one tensor.

        Args:
            path: Its dotted path on the base side.
            base: Its dtype on the base side.
            raw: Its dtype on the raw side; the same by default.
            raw_path: Its dotted path on the raw side. A pattern may match either.

        Raises:
            NoToleranceError: If neither a rule nor a default covers it; nothing is compared with a
                tolerance nobody stated.
        """
        dtypes = (base, base if raw is None else raw)
        rule = self._decides((path, raw_path))
        if rule is None or not all(rule.covers(dtype) for dtype in dtypes):
            rule = Rule("*")
        try:
            return self._filled(rule, dtypes)
        except PadiffError as error:
            raise NoToleranceError(
                error.what,
                where=f"base {path}" + (f", raw {raw_path}" if raw_path else ""),
                got=" and ".join(dict.fromkeys(dtype.name for dtype in dtypes)),
                expected=error.expected,
                hint=f"State one: Rule({path!r}, atol=..., rtol=...).",
            ) from None

    def _filled(self, rule: Rule, dtypes: tuple[np.dtype[Any], np.dtype[Any]]) -> Tolerance:
        mode = "strict" if not rule.covers(dtypes[0]) else rule.mode or self.mode
        if rule.atol is not None and rule.rtol is not None:
            return Tolerance(rule.atol, rule.rtol, mode)
        default = default_tolerance(*dtypes)
        atol = default.atol if rule.atol is None else rule.atol
        rtol = default.rtol if rule.rtol is None else rule.rtol
        return Tolerance(atol, rtol, mode)

    def _decides(self, paths: tuple[str, ...]) -> Rule | None:
        for rule in reversed(self.rules):
            named = [path for path in paths if path] or [""]  # the model itself has no path
            if any(fnmatchcase(path, rule.pattern) for path in named):
                return rule
        return None

    def unused_rules(self, paths: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
        """The rules that decide for none of these tensors, each a pair of base and raw path.

        A misspelt pattern, or a rule that later ones hide altogether: the caller must report it.
        """
        deciding = [self._decides(pair) for pair in paths]
        return tuple(r for r in self.rules if all(r is not d for d in deciding))
