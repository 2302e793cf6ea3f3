"""The file of `padiff run`: two commands, and what is asked of the comparison."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from padiff.cli.comparing.asked import PHASES, Asked
from padiff.cli.comparing.outputs import Outputs
from padiff.compare.tolerance import Mode
from padiff.errors import FileError
from padiff.model import Side
from padiff.plain import Plain
from padiff.report.page.render import Language
from padiff.trace.folder import PATH_VARIABLE

__all__ = ["Command", "Config", "parse_config"]

_SHELL = ("|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1")


@dataclass(frozen=True, slots=True)
class Command:
    """How one side is run. Paths are absolute."""

    side: Side
    arguments: tuple[str, ...]
    """The program and its arguments; no shell is in between."""
    cwd: Path
    trace: Path
    """Where it records to."""
    env: Mapping[str, str]
    """What is added to the environment."""
    timeout: float | None
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the file says."""

    base: Command
    raw: Command
    parallel: bool
    """Whether the two run at once."""
    asked: Asked
    outputs: Outputs


def parse_config(data: Any, folder: Path) -> Config:
    """What a TOML file says.

    Args:
        data: Its tables.
        folder: What its paths are relative to; absolute.

    Raises:
        FileError: At the first thing that is unknown, missing, or not what it should be; `where` is its
            place in the file.
        UsageError: If what is asked of the comparison contradicts itself.
    """
    file = Plain(data, FileError, "The file of an alignment is not as it should be.", path="")
    tables = file.record("base", "raw", optional=("parallel", "compare"))
    base, raw = _command("base", tables["base"], folder), _command("raw", tables["raw"], folder)
    if (
        base.trace == raw.trace
        or base.trace in raw.trace.parents
        or raw.trace in base.trace.parents
    ):
        found = tables["raw"].record(*_NEEDED, optional=_OPTIONAL)["trace"]
        raise found.wrong("a folder apart from base's")
    compare = tables["compare"].record(optional=(*_ASKED, *_WRITTEN)) if "compare" in tables else {}
    return Config(
        base,
        raw,
        parallel="parallel" in tables and tables["parallel"].flag(),
        asked=_asked(compare, folder),
        outputs=_outputs(compare, folder),
    )


_NEEDED = ("command", "trace")
_OPTIONAL = ("cwd", "env", "timeout")
_ASKED = ("atol", "rtol", "mode", "phase", "depth", "ignore", "tolerance_file", "map")
_WRITTEN = ("html", "markdown", "json", "junit", "language")


def _command(side: Side, table: Plain, folder: Path) -> Command:
    found = table.record(*_NEEDED, optional=_OPTIONAL)
    return Command(
        side,
        _arguments(found["command"]),
        cwd=_path(found["cwd"], folder) if "cwd" in found else folder,
        trace=_path(found["trace"], folder),
        env=_env(found["env"]) if "env" in found else {},
        timeout=_seconds(found["timeout"]) if "timeout" in found else None,
    )


def _arguments(given: Plain) -> tuple[str, ...]:
    """A list as it is, a string as a shell would split it."""
    if not isinstance(given.value, str):
        arguments = [each.text() for each in given.items()]
    else:
        try:
            arguments = shlex.split(given.value)
        except ValueError as error:
            raise given.wrong("a command", hint=f"{error}") from error
        if shell := [each for each in arguments if each in _SHELL]:
            raise given.wrong(
                "a program and its arguments",
                hint=f"{shell[0]} is for a shell, and none is started:"
                f" command = {json.dumps(['sh', '-c', given.value])}",
            )
    if not arguments or not arguments[0]:
        raise given.wrong("a program and its arguments")
    return tuple(arguments)


def _env(table: Plain) -> dict[str, str]:
    names = table.value if isinstance(table.value, dict) else ()
    found = table.record(*names)
    if PATH_VARIABLE in found:
        raise found[PATH_VARIABLE].wrong(f"nothing: trace = says what {PATH_VARIABLE} is")
    for name, value in found.items():
        if not name or "=" in name or "\0" in name + value.text():
            raise value.wrong("a name and a value that an environment can have", got=repr(name))
    return {name: value.text() for name, value in found.items()}


def _seconds(given: Plain) -> float:
    seconds = given.number()
    if seconds <= 0:
        raise given.wrong("a number of seconds > 0")
    return seconds


def _path(given: Plain, folder: Path) -> Path:
    if not given.text():
        raise given.wrong("a path")
    return Path(os.path.normpath(folder / given.text()))


def _asked(found: Mapping[str, Plain], folder: Path) -> Asked:
    return Asked(
        atol=found["atol"].number() if "atol" in found else None,
        rtol=found["rtol"].number() if "rtol" in found else None,
        mode=found["mode"].choice(get_args(Mode)) if "mode" in found else None,
        phase=found["phase"].choice(PHASES) if "phase" in found else "both",
        depth=found["depth"].whole() if "depth" in found else None,
        ignore=tuple(e.text() for e in found["ignore"].items()) if "ignore" in found else (),
        rules=_path(found["tolerance_file"], folder) if "tolerance_file" in found else None,
        layer_map=_path(found["map"], folder) if "map" in found else None,
    )


def _outputs(found: Mapping[str, Plain], folder: Path) -> Outputs:
    return Outputs(
        html=_path(found["html"], folder) if "html" in found else None,
        markdown=_path(found["markdown"], folder) if "markdown" in found else None,
        json=_path(found["json"], folder) if "json" in found else None,
        junit=_path(found["junit"], folder) if "junit" in found else None,
        language=found["language"].choice(get_args(Language)) if "language" in found else "en",
    )
