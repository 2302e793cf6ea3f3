"""PaDiff needed both frameworks to be imported, whatever was compared."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("paddle")

TORCH = """
import sys, torch, padiff
padiff.assign_weight(torch.nn.Linear(2, 3), torch.nn.Linear(2, 3))
assert "paddle" not in sys.modules
"""

PADDLE = """
import sys, warnings
warnings.simplefilter("ignore")
import paddle, padiff
padiff.assign_weight(paddle.nn.Linear(2, 3), paddle.nn.Linear(2, 3))
assert "torch" not in sys.modules
"""


@pytest.mark.parametrize("program", [TORCH, PADDLE], ids=["torch", "paddle"])
def test_one_framework_does_without_the_other(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)
