"""Every console block of the documents is a `padiff` command, with what it prints."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import paddle  # noqa: F401 - the commands list what is installed, so that these tests need both
import pytest
import torch  # noqa: F401

from tests.docs.documents import DOCUMENTS, blocks, name_of, tidy


def commands(document: str) -> Iterator[tuple[str, str]]:
    """Each command with what is quoted below it."""
    for block in blocks(document):
        if block.language == "console":
            line, _, quoted = block.text.partition("\n")
            yield line.removeprefix("$ "), quoted


def printed(command: str) -> str:
    """What a `padiff` command prints."""
    program, *arguments = shlex.split(command)
    assert program == "padiff"
    done = subprocess.run(
        [sys.executable, "-m", "padiff", *arguments],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    return tidy(done.stdout)


def differences(document: str) -> list[str]:
    """Commands that print something else than is quoted."""
    found = [(command, quoted, printed(command)) for command, quoted in commands(document)]
    return [command for command, quoted, output in found if output.strip() != quoted.strip()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_commands_print_what_is_quoted(document: Path) -> None:
    assert differences(document.read_text("utf-8")) == []


def test_the_readme_shows_what_is_supported() -> None:
    [(command, quoted)] = commands(DOCUMENTS[0].read_text("utf-8"))
    assert command.startswith("padiff inits")
    assert "running_var" in quoted


def test_another_output_is_noticed() -> None:
    command = "padiff inits bilinear"
    document = f"```console\n$ {command}\n{printed(command)}```\n"
    assert differences(document) == []
    assert differences(document.replace("in1", "in9")) == [command]
