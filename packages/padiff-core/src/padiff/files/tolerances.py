"""The file of tolerance rules.

    mode = "strict"

    [[rule]]
    pattern = "encoder.*"
    rtol = 1e-3
    atol = 1e-5

The last rule whose pattern matches a tensor's path decides alone, as in `padiff.compare.rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from padiff.compare.metrics import Metrics
from padiff.compare.rules import Rule, Tolerances
from padiff.compare.tolerance import Mode, NoToleranceError, Tolerance, default_tolerance
from padiff.dtypes import named_dtype
from padiff.files.toml import parsed, quoted

if TYPE_CHECKING:
    from padiff.plain import Plain
    from padiff.report.alignment import AlignmentReport

__all__ = ["read_tolerances", "tolerance_file"]


def read_tolerances(path: Path) -> Tolerances:
    """The rules in a file.

    Raises:
        FileError: If it cannot be read, or holds anything but rules.
    """
    return parsed(path, "The file of tolerances is not as it should be.", _tolerances)


def _tolerances(file: Plain) -> Tolerances:
    found = file.record(optional=("mode", "rule"))
    mode: Mode = found["mode"].choice(get_args(Mode)) if "mode" in found else "strict"
    rules = found["rule"].items() if "rule" in found else []
    return Tolerances(tuple(map(_rule, rules)), mode)


def _rule(table: Plain) -> Rule:
    found = table.record("pattern", optional=("atol", "rtol", "mode", "integers"))
    return Rule(
        found["pattern"].text(),
        atol=found["atol"].number(0.0) if "atol" in found else None,
        rtol=found["rtol"].number(0.0) if "rtol" in found else None,
        mode=found["mode"].choice(get_args(Mode)) if "mode" in found else None,
        integers="integers" in found and found["integers"].flag(),
    )


def tolerance_file(report: AlignmentReport) -> str:
    """A file to begin with: the defaults as they are, and a layer's largest error beside each rule.

    Every rule is commented out, so that the file as it is changes nothing.
    """
    return "\n".join([*_head(report), *_rules(report)]) + "\n"


def _head(report: AlignmentReport) -> Iterator[str]:
    yield "# |base - raw| <= atol + rtol * |base|; the last rule whose pattern matches decides alone."
    yield "# Patterns are of dotted paths, of base or raw; * also crosses dots."
    yield 'mode = "strict"'
    for name in sorted(_dtypes(report)):
        allowed = _default(name)
        if allowed is None:
            yield f"# {name} has no default: it needs a rule"
        else:
            yield f"# {name} by default: atol = {allowed.atol:g}, rtol = {allowed.rtol:g}"


def _default(name: str) -> Tolerance | None:
    dtype = named_dtype(name)
    try:
        return None if dtype is None else default_tolerance(dtype)
    except NoToleranceError:
        return None


def _dtypes(report: AlignmentReport) -> set[str]:
    measured = (t.measured for unit in report.units for t in unit.produced)
    return {found.base_dtype for found in measured if isinstance(found, Metrics)}


def _rules(report: AlignmentReport) -> Iterator[str]:
    largest: dict[str, float] = {}
    for unit in report.units:
        errors = [t.measured.max_abs for t in unit.produced if isinstance(t.measured, Metrics)]
        if errors:
            known = largest.get(unit.base_path, 0.0)
            largest[unit.base_path] = max(known, *errors)
    for path, error in largest.items():
        if path:
            yield from (
                "",
                "#[[rule]]",
                f"#pattern = {quoted(escape(path))}  # largest error {error:.3g}",
            )
            yield "#atol = 1e-5"
