"""Rules of the user's that decided for no tensor: a misspelt pattern must not pass for one that held."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from padiff.aligning.parameters import shared_names
from padiff.errors import UsageError
from padiff.tree import join

if TYPE_CHECKING:
    from padiff.aligning.targets import Watching
    from padiff.compare.rules import Rule, Tolerances
    from padiff.pairing import Pairing

__all__ = ["Paths", "check_rules", "comparable"]

Paths: TypeAlias = tuple[str, str]
"""Dotted paths of one layer, or one tensor of it, in base and raw."""


def comparable(watching: Watching, pairing: Pairing) -> Iterator[Paths]:
    """Everything that may be compared, if every phase runs."""
    yield from ((w.base_path, w.raw_path) for _, w in watching.watched)
    for pair in pairing.pairs:
        for name in shared_names(pair):
            yield join(pair.base.path, name), join(pair.raw.path, name)


def check_rules(tolerances: Tolerances, paths: Collection[Paths]) -> None:
    """Refuse rules that decided for none of these.

    Raises:
        UsageError: Naming each, with what is close to it.
    """
    unused = tolerances.unused_rules(paths)
    if unused:
        raise UsageError(
            "tolerance= has rules that decide for no tensor.",
            got=", ".join(repr(rule.pattern) for rule in unused),
            expected="patterns of the dotted paths of layers, parameters and buffers that are compared",
            hint="\n".join(_advice(rule, paths) for rule in unused),
        )


def _advice(rule: Rule, paths: Collection[Paths]) -> str:
    known = sorted({path for pair in paths for path in pair})
    if any(fnmatchcase(path, rule.pattern) for path in known):
        return f"{rule.pattern!r}: a later rule decides wherever it matches"
    close = difflib.get_close_matches(rule.pattern, known, n=3, cutoff=0.5)
    return (
        f"{rule.pattern!r}: {'close to it: ' + ', '.join(close) if close else 'nothing is near it'}"
    )
