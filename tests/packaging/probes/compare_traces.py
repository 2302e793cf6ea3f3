"""Run where no framework is installed: `compare_traces.py DIR` compares what two of them did elsewhere."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import padiff

for missing in ("torch", "paddle", "padiff_torch", "padiff_paddle"):
    assert find_spec(missing) is None, f"{missing} is installed"

folder = Path(sys.argv[1])
report = padiff.compare_traces(folder / "torch", folder / "paddle")
assert report, report
assert report.steps == 3
print(report)

astray = padiff.compare_traces(folder / "torch", folder / "paddle_astray")
assert not astray
# The first step of both is the same: momentum has nothing to add up yet.
assert [(o.phase, o.step, o.base_path) for o in astray.origins] == [("update", 1, "")], astray
print(astray)
