"""Every console block of the documents is what a session with `padiff` looks like."""

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

from tests.docs.documents import DOCUMENTS, blocks, differs, files, name_of, tidy

STATUS = "echo $?"


def commands(document: str) -> Iterator[tuple[str, str]]:
    """Each command with what is quoted below it, in the order in which they were typed."""
    for block in blocks(document):
        if block.language == "console":
            for typed in f"\n{block.text}".split("\n$ ")[1:]:
                line, _, quoted = typed.partition("\n")
                yield line, quoted


class Session:
    """A shell in a folder of its own, in which the files of a document are."""

    def __init__(self, folder: Path, document: str) -> None:
        self.folder = folder
        self.status = 0
        self._said = ""
        for name, text in files(document).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")

    def printed(self, command: str) -> str:
        """What a `padiff` command prints; or the status of the last one."""
        if command == STATUS:
            status, self.status = self.status, 0
            return f"{status}\n"
        self.check()
        program, *arguments = shlex.split(command)
        assert program == "padiff"
        done = subprocess.run(
            [sys.executable, "-m", "padiff", *arguments],
            check=False,
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            env={
                **os.environ,
                "COLUMNS": "110",
                "NO_COLOR": "1",
                "PYTHONUTF8": "1",
                # `python` in a document is this one.
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            },
        )
        self.status, self._said = done.returncode, done.stderr
        return tidy(done.stdout)

    def check(self) -> None:
        """See that no command failed whose status the document does not show."""
        assert not self.status, self._said


def differences(document: str, folder: Path) -> list[str]:
    """Commands that print something else than is quoted."""
    session = Session(folder, document)
    found = [(command, quoted, session.printed(command)) for command, quoted in commands(document)]
    session.check()
    return [
        f"$ {command}\n{output}"
        for command, quoted, output in found
        if differs(quoted.strip(), output.strip())
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_the_commands_print_what_is_quoted(document: Path, tmp_path: Path) -> None:
    assert differences(document.read_text("utf-8"), tmp_path) == []


def test_the_readme_shows_what_is_supported() -> None:
    found = dict(commands(DOCUMENTS[0].read_text("utf-8")))
    assert "running_var" in found["padiff inits batch_norm"]


def test_another_output_is_noticed(tmp_path: Path) -> None:
    command = "padiff inits bilinear"
    document = f"```console\n$ {command}\n{Session(tmp_path, '').printed(command)}```\n"
    assert differences(document, tmp_path) == []
    [found] = differences(document.replace("in1", "in9"), tmp_path)
    assert found.startswith(f"$ {command}\n")


NIX = "```console\n$ padiff show nix\n{}```\n"


def test_a_command_may_fail_if_its_status_is_shown(tmp_path: Path) -> None:
    assert differences(NIX.format("$ echo $?\n2\n"), tmp_path) == []
    assert differences(NIX.format("$ echo $?\n1\n"), tmp_path) == ["$ echo $?\n2\n"]
    with pytest.raises(AssertionError, match=r"There is no trace here\."):
        differences(NIX.format(""), tmp_path)
    with pytest.raises(AssertionError, match=r"There is no trace here\."):
        differences(NIX.format("$ padiff --version\n...\n"), tmp_path)


def test_files_that_are_shown_are_there(tmp_path: Path) -> None:
    document = "```toml\n# deep/a.toml\nx = 1\n```\n\n```python\n# b.py\n1 / 0\n```\n"
    Session(tmp_path, document)
    assert (tmp_path / "deep" / "a.toml").read_text() == "# deep/a.toml\nx = 1\n"
    assert (tmp_path / "b.py").read_text() == "# b.py\n1 / 0\n"
