"""Every error padiff raises.

One base class, `PadiffError`; each subclass is also the builtin exception a caller would reach for
(`except ValueError` keeps working). A message always has the same order: what failed, where (a
dotted path on either side), what was found, what was expected, and a hint.

>>> print(
...     PadiffError("Two layers do not fit.", where="base fc, raw head", got="LINEAR", hint="Map.")
... )
Two layers do not fit.
  where:    base fc, raw head
  got:      LINEAR
  hint:     Map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AdapterNotInstalledError",
    "CommandError",
    "FileError",
    "InitFnError",
    "LayerMapError",
    "LayoutError",
    "NotRegisteredError",
    "PadiffError",
    "PairingError",
    "PlanError",
    "PluginError",
    "Problem",
    "RegistrationError",
    "RunError",
    "SavedReportError",
    "TraceError",
    "UnknownFrameworkError",
    "UsageError",
]


class PadiffError(Exception):
    """Base of all padiff errors.

    Args:
        what: One sentence: what failed.
        where: The place, as dotted paths with their side (`base encoder.fc`).
        got: What was found there.
        expected: What would have been right.
        hint: What to do about it.
    """

    def __init__(
        self, what: str, *, where: str = "", got: str = "", expected: str = "", hint: str = ""
    ) -> None:
        self.what = what
        self.where = where
        self.got = got
        self.expected = expected
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        parts = (
            ("where", self.where),
            ("got", self.got),
            ("expected", self.expected),
            ("hint", self.hint),
        )
        lines = [f"  {label + ':':<9} {_indented(text)}" for label, text in parts if text]
        return "\n".join([self.what, *lines])


def _indented(text: str) -> str:
    return text.rstrip().replace("\n", "\n" + " " * 12)


class UsageError(PadiffError, TypeError):
    """A public function was called with an argument it cannot take."""


class UnknownFrameworkError(PadiffError, TypeError):
    """An object is no module of any framework padiff has an adapter for."""


class AdapterNotInstalledError(PadiffError, ImportError):
    """A model's framework is known, but the package that adapts it (or it itself) is missing."""


class PluginError(PadiffError, ImportError):
    """An installed plugin (entry point) could not be loaded, or is not what it claims to be."""


class RegistrationError(PadiffError, ValueError):
    """A layout or an init function was refused; the registry is as it was."""


class NotRegisteredError(PadiffError, LookupError):
    """Nothing is registered under the key that was asked for."""


class LayoutError(PadiffError, ValueError):
    """A layout's function broke its contract (a copy, an unknown name, a wrong shape)."""


class LayerMapError(PadiffError, ValueError):
    """A layer map cannot be used as the user gave it."""


class InitFnError(PadiffError, RuntimeError):
    """An init function raised, or did what it may not do; the raw model was restored."""


class RunError(PadiffError, RuntimeError):
    """A model, a loss or an optimizer raised while two models were compared; both are as before."""


class TraceError(PadiffError, ValueError):
    """A trace cannot be written, or what is there is no trace, or not a whole one."""


class SavedReportError(PadiffError, ValueError):
    """A saved report is not what `AlignmentReport.save` wrote."""


class FileError(PadiffError, ValueError):
    """A file cannot be read or written, or what is in it is not what should be."""


class CommandError(PadiffError, RuntimeError):
    """A command that padiff started failed, or did not record what it was to record."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a transfer is refused, or one place where two models cannot be paired."""

    what: str
    base: str = ""
    """Dotted path on the base side; empty where base has no part in it."""
    raw: str = ""
    got: str = ""
    expected: str = ""
    hint: str = ""


class _ProblemsError(PadiffError):
    """Several problems, shown together as one table."""

    def __init__(self, what: str, problems: Sequence[Problem], *, detail: str = "") -> None:
        super().__init__(what)
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.what, self.problems, self.detail)

    def __str__(self) -> str:
        blocks = [self.what, *(_block(i, p) for i, p in enumerate(self.problems, start=1))]
        if self.detail:
            blocks.append(self.detail)
        return "\n".join(blocks)


def _rebuild(
    cls: type[_ProblemsError], what: str, problems: Sequence[Problem], detail: str
) -> _ProblemsError:
    return cls(what, problems, detail=detail)


def _block(number: int, problem: Problem) -> str:
    sides = [f"{side} {path}" for side, path in _sides(problem) if path]
    shown = PadiffError(
        problem.what,
        where=", ".join(sides),
        got=problem.got,
        expected=problem.expected,
        hint=problem.hint,
    )
    return f"{number:>3}. " + str(shown).replace("\n", "\n   ")


def _sides(problem: Problem) -> tuple[tuple[str, str], tuple[str, str]]:
    return (("base", problem.base), ("raw", problem.raw))


class PairingError(_ProblemsError, ValueError):
    """The layers of the two models cannot be paired without doubt; `problems` names each place."""


class PlanError(_ProblemsError, ValueError):
    """A transfer was refused before one byte was written; `problems` holds every reason."""
