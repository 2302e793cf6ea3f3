from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.scripts import EXAMPLES

FAULTS = {
    "--activation=sin": "Not aligned: they part in forward at (root), between linears.0 and linears.1, call 0",
    "--rate=1.01e-3": "Not aligned: they part in update, at the optimizer's step",
    "--strength=1.1": "Not aligned: they part in backward, at the loss",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example elsewhere, so that its traces are not those of the user, with a home of its own."""
    copied = tmp_path_factory.mktemp("deepxde")
    for name in ("poisson.py", "align.toml"):
        shutil.copy(EXAMPLES / "deepxde" / name, copied)
    (copied / "home").mkdir()
    return copied


def run(folder: Path, *command: str, **variables: str) -> tuple[int, str]:
    """Run python there: the status, and what it printed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    variables = {"PATH": path, "HOME": str(folder / "home"), "PYTHONUTF8": "1", **variables}
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **variables},
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def aligned(folder: Path) -> tuple[int, str]:
    return run(folder, "-m", "padiff", "run", "align.toml", COLUMNS="200")


def test_ten_steps_of_training_agree(aligned: tuple[int, str]) -> None:
    status, text = aligned
    assert status == 0, text
    assert text.startswith("Aligned in forward, backward and update: largest error ")
    assert "compared: FNN (torch) and FNN (paddle), 10 steps" in text
    assert "\nupdate    3 layers, 60 tensors, largest error " in text


@pytest.mark.usefixtures("aligned")
@pytest.mark.parametrize("option", FAULTS)
def test_a_fault_is_found_where_it_was_planted(option: str, folder: Path) -> None:
    status, _ = run(
        folder,
        *("poisson.py", "--weights", "traces/torch", option),
        DDE_BACKEND="paddle",
        PADIFF_TRACE=f"traces/{option}",
    )
    assert status == 0
    command = "-m", "padiff", "compare", "traces/torch", f"traces/{option}", "--quiet"
    assert run(folder, *command) == (1, FAULTS[option] + "\n")
