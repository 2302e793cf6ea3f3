"""PaDiff failed in a script whose path contains `lib/python` or `/usr/local`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import torch  # noqa: F401 - the script needs it, so that this test does too

SCRIPT = """\
import torch
import padiff

pair = [torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh()) for _ in range(2)]
x = torch.ones(2, 4)
print(padiff.auto_diff(*pair, (x, x)))
model = padiff.create_model(pair[0])
model.backward(model(x).sum())
model.try_dump()
(call, *_) = padiff.Trace(model.dump_path + "/step_0/rank_0/report").steps[0].calls
print(call.source)
"""


def test_it_runs_and_knows_its_own_lines(tmp_path: Path) -> None:
    script = tmp_path / "usr/local/lib/python3.11/site-packages/work/train.py"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script)], check=False, capture_output=True, encoding="utf-8"
    )
    assert done.stdout.splitlines() == ["True", f"{script}:8"], done.stderr
    assert (script.parent / "padiff_dump" / "Sequential" / "step_0").is_dir()
