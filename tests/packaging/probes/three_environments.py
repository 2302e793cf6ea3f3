"""Run by hatch: record in the environment with torch, then in that with paddle, compare where neither is.

The oldest versions the core allows read the same traces.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

PROBES = Path(__file__).parent
ENVIRONMENTS = {
    "torch-only": "record_torch",
    "paddle-only": "record_paddle",
    "core-only": "compare_traces",
    "lowest": "compare_traces",
}

with tempfile.TemporaryDirectory() as folder:
    for environment, probe in ENVIRONMENTS.items():
        command = ["hatch", "run", f"{environment}:python", "-I", str(PROBES / f"{probe}.py")]
        print(f"{environment}: {probe}", flush=True)
        if status := subprocess.run([*command, folder], check=False).returncode:
            sys.exit(status)
