"""However `padiff run` ends, nothing that it started is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .aligning import IDLE, align_file
from .pipes import Pipe


def start(file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "padiff", "run", str(file), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("rest", "status"), [("", 0), ("raise SystemExit(1)", 2), ("os.kill(os.getpid(), 9)", 2)]
)
def test_what_a_command_leaves_running_ends_with_it(
    tmp_path: Path, pipe: Pipe, same: str, rest: str, status: int
) -> None:
    run = start(align_file(tmp_path, pipe.child() + same + rest, same))
    pipe.wait_for_it()
    assert pipe.is_free()
    run.communicate()
    assert run.returncode == status


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGINT, 130, "Ended by SIGINT.\n"),
        (signal.SIGTERM, 143, "Ended by SIGTERM.\n"),
        (signal.SIGHUP, 129, "Ended by SIGHUP.\n"),
    ],
)
def test_a_signal_ends_all(tmp_path: Path, pipe: Pipe, number: int, status: int, said: str) -> None:
    run = start(align_file(tmp_path, pipe.child() + IDLE))
    pipe.wait_for_it()
    run.send_signal(number)
    assert pipe.is_free()
    assert run.communicate() == ("", said)
    assert run.returncode == status


def test_the_failure_of_one_ends_all_of_the_other(tmp_path: Path, pipe: Pipe) -> None:
    other = f"with open({pipe.path + '.other'!r}) as go: go.read()\nraise SystemExit(1)"
    os.mkfifo(f"{pipe.path}.other")
    run = start(align_file(tmp_path, pipe.child() + IDLE, other, head="parallel = true"))
    pipe.wait_for_it()
    Path(f"{pipe.path}.other").write_text("")
    assert pipe.is_free()
    run.communicate()
    assert run.returncode == 2
