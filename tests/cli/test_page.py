"""The page of all layers in docs/ is what the command prints, with both adapters installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import padiff_paddle
import padiff_torch

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "padiff", "inits", "--markdown"]


def test_the_committed_page_is_what_the_command_prints() -> None:
    assert {padiff_paddle.PLUGIN.framework, padiff_torch.PLUGIN.framework} == {"paddle", "torch"}
    done = subprocess.run(COMMAND, capture_output=True, text=True, encoding="utf-8", check=True)
    committed = (ROOT / "docs" / "layers.md").read_text("utf-8")
    assert committed == done.stdout, "write it anew: python -m padiff inits --markdown"
