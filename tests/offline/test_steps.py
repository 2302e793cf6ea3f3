from __future__ import annotations

from pathlib import Path

import pytest
import torch

import padiff
from padiff.errors import TraceError


def recorded(path: Path, steps: int) -> Path:
    model = torch.nn.Linear(2, 2)
    with padiff.record(model, path, steps=steps):
        for _ in range(steps):
            model(torch.ones(1, 2))
    return path


def test_other_steps_are_refused(tmp_path: Path) -> None:
    base, raw = recorded(tmp_path / "base", 8), recorded(tmp_path / "raw", 7)
    with pytest.raises(TraceError) as caught:
        padiff.compare_traces(base, raw)
    assert str(caught.value) == (
        "The two traces did not record the same steps.\n"
        f"  where:    base {base}, raw {raw}\n"
        "  got:      base 0, 1, 2, 3, 4 and 3 more; raw 0, 1, 2, 3, 4 and 2 more\n"
        "  expected: the same numbers on both sides\n"
        "  hint:     record both with the same steps= and every="
    )
