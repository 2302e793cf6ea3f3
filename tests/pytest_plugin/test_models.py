"""The fixture with models of both frameworks, and with recorded ones."""

from __future__ import annotations

from pathlib import Path

# Before a run within this process, which forgets what was first imported in it.
import paddle  # noqa: F401
import pytest
import torch  # noqa: F401

import padiff_paddle  # noqa: F401
import padiff_torch  # noqa: F401
from padiff.compare.rules import Rule, Tolerances
from padiff.report import load_report

from .conftest import Run, section

MODELS = """
import numpy as np
import paddle
import torch
import padiff

BATCH = np.ones((2, 3), "float32")

def base():
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4))

def raw(epsilon):
    return paddle.nn.Sequential(paddle.nn.Linear(3, 4), paddle.nn.LayerNorm(4, epsilon=epsilon))
"""

LIVE = """
def test_good(aligned): aligned(base(), raw(1e-5), BATCH, init=True)
def test_norm(aligned): aligned(base(), raw(1e-3), BATCH, init=True)
"""

RECORDED = """
def recorded(path, model, batch):
    with padiff.record(model, path):
        model(batch).exp().sum().backward()
    return path

def test_traces(aligned, tmp_path):
    ours, theirs = base(), raw(1e-5)
    padiff.assign_weight(ours, theirs)
    trace = recorded(tmp_path / "base", ours, torch.from_numpy(BATCH))
    aligned(trace, recorded(tmp_path / "raw", theirs, paddle.to_tensor(BATCH)))
    aligned(padiff.Trace(trace), theirs)
    theirs[1]._epsilon = 1e-3
    aligned(trace, recorded(tmp_path / "raw", theirs, paddle.to_tensor(BATCH)))
"""


def test_of_live_models(run: Run) -> None:
    result = run(MODELS + LIVE)
    result.assert_outcomes(passed=1, failed=1)
    told = section(result).splitlines()
    assert told[0] == "test_port.py::test_norm: Sequential (torch), Sequential (paddle)"
    assert told[1] == "  forward at 1, call 0"
    assert told[3].startswith("    raw calls it at ")
    assert told[3].endswith("test_port.py:15")
    assert "    hint: with epsilon=1e-05 in raw the two agree [epsilon]" in told
    assert told[-1] == "1 of 2 pairs aligned"


def test_what_is_written_as_json_can_be_judged_again(run: Run, tmp_path: Path) -> None:
    run(MODELS + LIVE, f"--padiff-report={tmp_path}", "--padiff-format=json")
    (saved,) = tmp_path.iterdir()
    report = load_report(saved)
    assert report.origins
    assert not report.judged_with(Tolerances((Rule("*", atol=1.0),))).origins


def test_of_traces(run: Run) -> None:
    result = run(MODELS + RECORDED)
    result.assert_outcomes(failed=1)
    told = section(result).splitlines()
    assert told[1] == "  forward at 1, call 0"
    assert told[-1] == "2 of 3 pairs aligned"


def test_a_model_of_no_framework_is_said_not_to_be_compared(run: Run) -> None:
    result = run("def test_it(aligned): aligned(1, 2, 3)")
    result.assert_outcomes(failed=1)
    assert section(result) == (
        "test_port.py::test_it\n"
        "  not compared: UnknownFrameworkError:"
        " The object belongs to no framework an adapter is installed for.\n"
        "0 of 1 pair aligned, 1 not compared"
    )
    result.stdout.fnmatch_lines(["*padiff.errors.UnknownFrameworkError: The object belongs*"])


@pytest.mark.parametrize("name", ["aligned", "--padiff-report", "--padiff-format"])
def test_the_plugins_only_names_are_these(run: Run, name: str) -> None:
    listed = run("", "--fixtures", "--help").stdout.str()
    assert name in listed
