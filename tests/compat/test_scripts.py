"""Scripts written for PaDiff run unchanged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import paddle  # noqa: F401 - the scripts need it, so that these tests do too
import torch  # noqa: F401 - the scripts need it, so that these tests do too

from tests.compat import scripts


def run(script: str, folder: Path, *arguments: str, name: str = "script.py") -> list[str]:
    """Run a script in a folder; the lines it printed."""
    path = folder / name
    path.write_text(script, "utf-8")
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        check=False,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_online_comparison(tmp_path: Path) -> None:
    lines = run(scripts.MODELS + scripts.ONLINE, tmp_path)
    assert lines[:7] == [
        "layer_map True",
        "optimizers True",
        "lambdas True",
        "forward True",
        "backward True",
        "both True",
        "modes [True, True, True]",
    ]
    assert lines[7:9] == [
        "assign_weight True",
        "Not aligned: they part in forward at linear2, call 0",
    ]
    assert lines[-1] == "differs False"
    assert not (tmp_path / "padiff_dump").exists()


def test_dumps_of_two_processes_checked_in_a_third(tmp_path: Path) -> None:
    dumped = [
        run(scripts.MODELS + script, tmp_path, name=name)[-1]
        for name, script in (("in_torch.py", scripts.IN_TORCH), ("in_paddle.py", scripts.IN_PADDLE))
    ]
    root = tmp_path / "padiff_dump"
    assert dumped == [str(root / "SimpleModule"), str(root / "SimpleLayer")]
    for name in ("SimpleModule", "SimpleLayer"):
        assert sorted(path.name for path in (root / name).iterdir()) == [
            *("step_0", "step_2", "step_4")
        ]
    assert check(tmp_path) == [
        "check_report True True",
        "check_params True True",
        "check_weights True True",
        "check_grads True True",
        "frameworks []",
    ]
    faster = scripts.IN_PADDLE.replace("learning_rate=0.1", "learning_rate=0.2")
    run(scripts.MODELS + faster, tmp_path, name="in_paddle.py")
    lines = check(tmp_path)
    assert [line for line in lines if line.startswith("check_")] == [
        f"check_{kind} False False" for kind in ("report", "params", "weights", "grads")
    ]
    # The first step's calls and gradients are from before the optimizers' first step.
    assert [line for line in lines if line.endswith("rank_0:")] == [
        *("step_2/rank_0:", "rank_0:", "step_0/rank_0:", "rank_0:"),
        *("step_0/rank_0:", "rank_0:", "step_2/rank_0:", "rank_0:"),
    ]


def check(folder: Path) -> list[str]:
    return run(scripts.CHECK, folder, "SimpleModule", "SimpleLayer", name="check.py")


def test_the_finer_tools(tmp_path: Path) -> None:
    parts = scripts.DUMP_BY_HAND, scripts.LISTS, scripts.DATALOADER
    lines = run(scripts.MODELS + "".join(parts), tmp_path)
    assert lines[:5] == [
        "0 [True, True, True, True]",
        "1 [True, True, True, True]",
        "white True",
        "True",
        "Not equal: batch 2",
    ]
    assert lines[-1] == "True"
    assert sorted(path.name for path in (tmp_path / "dumps" / "SimpleLayer" / "1").iterdir()) == [
        *("grads", "params", "report", "weights")
    ]
