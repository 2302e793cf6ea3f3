"""The folders of dumps: whose they are, and what may be removed from them."""

from __future__ import annotations

import shutil
import warnings
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from padiff.errors import TraceError, UsageError
from padiff.trace.codec import INDEX_NAME, read_index
from padiff.trace.folder import RANK, STEP, is_trace, launched

if TYPE_CHECKING:
    from padiff.model import ProxyModel

__all__ = ["KINDS", "Kind", "check_folder", "claim", "remove_dump"]

Kind: TypeAlias = Literal["report", "params", "weights", "grads"]
"""What was dumped, and the name of the folder it is in."""

KINDS: tuple[Kind, ...] = ("report", "params", "weights", "grads")

_claims: dict[Path, weakref.ref[ProxyModel[Any]]] = {}
"""Which model of this process dumps in which folder."""


def check_folder(folder: Path) -> None:
    """See that a dump can go into a folder.

    Raises:
        TraceError: If it is a trace itself, which holds nothing but its own files.
    """
    if (folder / INDEX_NAME).exists():
        raise TraceError(
            "A dump would go into a trace.",
            where=str(folder),
            got=f"a folder with {INDEX_NAME}",
            expected="another folder",
            hint="choose another path",
        )


def claim(proxy: ProxyModel[Any], rank: int) -> Path:
    """Make a model's default folder its own, before it first dumps there.

    What the same model dumped there in an earlier run is removed: steps that are not made this time
    must not pass for this run's. Nor must ranks that this run does not have: the first removes theirs.

    Returns:
        The folder.

    Raises:
        UsageError: If the folder leads out of the dump root, or another model of this process dumps
            there, or the dumps that are there are another model's.
    """
    folder = Path(proxy.dump_path)
    claimed = _claims.get(folder.resolve())
    holder = claimed() if claimed else None
    if holder is proxy:
        return folder
    _check_name(proxy)
    if holder is not None:
        raise _taken(proxy, f"the dumps of another model of this name, {holder!r}")
    dumped = [
        each for step in _steps(folder) for each in (step / f"rank_{rank}", *_gone(step, rank))
    ]
    for each in dumped:
        _check_owner(proxy, each)
    if claimed and dumped:
        warnings.warn(
            f"The dumps in {folder} are of another model of this process, which is gone; those of"
            " this one take their place. Give the two names to keep both.",
            UserWarning,
            stacklevel=4,  # Dumps, ProxyModel, and who dumps
        )
    for each in dumped:
        remove_dump(each, KINDS)
        with suppress(OSError):  # other ranks' dumps are in it, or somebody's file
            each.rmdir()
            each.parent.rmdir()
    _claims[folder.resolve()] = weakref.ref(proxy)
    return folder


def _check_name(proxy: ProxyModel[Any]) -> None:
    name = Path(proxy.name)
    if name.is_absolute() or ".." in name.parts:
        raise UsageError(
            "The name of a model leads out of the dump root.",
            where=proxy.dump_path,
            got=repr(proxy.name),
            hint="name it otherwise in create_model, or pass a path",
        )


def _steps(folder: Path) -> list[Path]:
    return [e for e in folder.iterdir() if STEP.fullmatch(e.name)] if folder.is_dir() else []


def _gone(step: Path, rank: int) -> list[Path]:
    """For the first process, the dumps of a step by ranks that an earlier run had and this one has not."""
    if rank or not step.is_dir():
        return []
    _, size = launched() or (0, 1)
    ranks = {entry: RANK.fullmatch(entry.name) for entry in step.iterdir()}
    found = [entry for entry, number in ranks.items() if number and int(number[1]) >= size]
    return [entry for entry in found if any(is_trace(entry / kind) for kind in KINDS)]


def _check_owner(proxy: ProxyModel[Any], folder: Path) -> None:
    """See that dumps of an earlier run are this model's."""
    ours = proxy.framework, proxy.handle().class_names[0]
    for kind in KINDS:
        with suppress(TraceError):  # none, or damaged: whose it was does not matter
            index = read_index(folder / kind / INDEX_NAME)
            theirs = index.framework, index.modules[0].class_names[0]
            if theirs != ours:
                raise _taken(proxy, f"the dumps of {theirs[1]} ({theirs[0]})")


def _taken(proxy: ProxyModel[Any], got: str) -> UsageError:
    return UsageError(
        "Two models would dump into one folder.",
        where=proxy.dump_path,
        got=got,
        expected=f"none, or those of {proxy.handle().class_names[0]} ({proxy.framework})",
        hint="give them names: create_model(model, name=...); or delete the folder",
    )


def remove_dump(folder: Path, kinds: tuple[Kind, ...]) -> None:
    """Remove dumps of these kinds; what is no dump stays."""
    for kind in kinds:
        if is_trace(folder / kind):
            shutil.rmtree(folder / kind)
