"""`padiff run` where a command fails: what it said last, and status 2."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from .aligning import IDLE, align_file
from .running import padiff


def where(code: str) -> str:
    return f"{sys.executable} -c {code}".rstrip().replace("\n", "\n" + " " * 12)


def test_a_command_that_fails_is_quoted(tmp_path: Path) -> None:
    code = "import sys; print('so', 'it', 'ends', sep='\\n', file=sys.stderr); sys.exit(3)"
    done = padiff("run", align_file(tmp_path, code))
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"base: running {sys.executable} -c {code}\n"
        "base | so\n"
        "base | it\n"
        "base | ends\n"
        "base: failed\n"
        "The command of base failed.\n"
        f"  where:    {where(code)}\n"
        "  got:      exit status 3, having said last:\n"
        "            so\n"
        "            it\n"
        "            ends\n"
    )


def test_only_the_last_lines_are_quoted(tmp_path: Path) -> None:
    code = "import sys; [print(f'<{n}>', file=sys.stderr) for n in range(100)]; sys.exit(1)"
    done = padiff("run", align_file(tmp_path, code), "-q")
    quoted = done.err.partition("having said last:\n")[2].split()
    assert quoted == [f"<{number}>" for number in range(80, 100)]


def test_empty_lines_around_what_is_quoted_are_left_out(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('\\n\\nfirst\\n\\nlast\\n\\n'); sys.exit(1)"
    done = padiff("run", align_file(tmp_path, code), "-q")
    assert done.err.endswith(
        "having said last:\n            first\n            \n            last\n"
    )


def test_what_a_quiet_command_wrote_is_shown_if_it_fails(tmp_path: Path) -> None:
    code = "print('out'); raise SystemExit('err')"
    done = padiff("run", align_file(tmp_path, code), "-q")
    assert sorted(done.err.splitlines()[:2]) == ["base | err", "base | out"]


def test_a_command_that_fails_after_it_recorded_has_failed(tmp_path: Path, same: str) -> None:
    done = padiff("run", align_file(tmp_path, same, same + "raise SystemExit(1)"), "-q")
    assert (done.status, done.out) == (2, "")
    assert "  got:      exit status 1\n" in done.err


@pytest.mark.parametrize("said", ["", "print('to standard output')\n"])
def test_a_command_that_says_nothing_of_errors_is_not_quoted(tmp_path: Path, said: str) -> None:
    done = padiff("run", align_file(tmp_path, f"{said}raise SystemExit(1)"), "-q")
    assert done.err.endswith("  got:      exit status 1\n")


def test_a_command_that_crashes_is_named_by_its_signal(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    done = padiff("run", align_file(tmp_path, code), "-q")
    assert done.status == 2
    assert done.err.endswith("  got:      killed by SIGKILL\n")


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    done = padiff("run", align_file(tmp_path, IDLE, side="timeout = 0.2"), "-q")
    assert done.status == 2
    assert done.err == (
        f"The command of base failed.\n  where:    {where(IDLE)}\n  got:      no end within 0.2 s\n"
    )


def test_a_failure_of_one_ends_the_other(tmp_path: Path) -> None:
    file = align_file(tmp_path, IDLE, "raise SystemExit(1)", head="parallel = true")
    done = padiff("run", file, "-q")
    assert done.status == 2
    assert done.err.startswith("The command of raw failed.\n")


def test_raw_is_not_run_if_base_fails(tmp_path: Path) -> None:
    raw = f"open({str(tmp_path / 'raw was here')!r}, 'w')"
    padiff("run", align_file(tmp_path, "raise SystemExit(1)", raw))
    assert not (tmp_path / "raw was here").exists()


@pytest.mark.parametrize(
    ("command", "got"),
    [
        ("'no-such-program-anywhere x'", "no-such-program-anywhere"),
        ("['./no-such-program']", "./no-such-program"),
        ("['./align.toml']", "./align.toml"),
    ],
)
def test_a_program_that_is_not_there_is_noticed_before_anything_runs(
    tmp_path: Path, command: str, got: str
) -> None:
    (tmp_path / "align.toml").write_text(
        f"[base]\ntrace = 'a'\ncommand = {shlex.split(command)!r}\n".replace(
            str(shlex.split(command)), f"['{sys.executable}', '-c', 'open(\"ran\", \"w\")']"
        )
        + f"[raw]\ntrace = 'b'\ncommand = {command}\n"
    )
    done = padiff("run", tmp_path / "align.toml")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        f"The program of raw's command is not there.\n  where:    raw.command\n  got:      {got}\n"
    )
    assert not (tmp_path / "ran").exists()


def test_a_program_that_cannot_be_started_has_failed(tmp_path: Path) -> None:
    (tmp_path / "program").write_text("no program")
    (tmp_path / "program").chmod(0o755)
    file = tmp_path / "align.toml"
    tables = (f"[{side}]\ntrace = '{side}'\ncommand = './program'\n" for side in ("base", "raw"))
    file.write_text("".join(tables))
    done = padiff("run", file)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "base: running ./program\n"
        "base: failed\n"
        "The command of base failed.\n  where:    ./program\n  got:      Exec format error\n"
    )


def test_a_folder_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "align.toml"
    table = "trace = '{0}'\ncommand = 'sh'\ncwd = 'nowhere'\n"
    file.write_text(f"[base]\n{table.format('a')}[raw]\n{table.format('b')}")
    done = padiff("run", file)
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "The folder base's command is to run in is not there.\n"
        f"  where:    base.cwd\n  got:      {tmp_path / 'nowhere'}\n"
    )
