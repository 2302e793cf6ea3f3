"""The rows that do not match, and what happens in training: a framework that changes is noticed.

Measured on torch 2.13.0 and paddle 3.3.1, CPU.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import padiff

from .agreement import apart, numbered
from .canonical import canonical, paired
from .cases import CASES, DTYPES, Case, Differs, Dtype, Raises, Training, of_outcome
from .sides import PADDLE, TORCH

ROOT = Path(__file__).parents[2]

each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def ids(case: Case) -> str:
    return case.id


def unmatched(case: Case) -> tuple[str, ...]:
    """What padiff refuses to drop: tensors of the torch side that decide its outputs."""
    return tuple(name for name in case.torch_only if name != "num_batches_tracked")


@pytest.mark.parametrize("case", of_outcome("differs"), ids=ids)
@each_dtype
def test_what_differs_is_what_the_table_says(case: Case, dtype: Dtype) -> None:
    base, raw = TORCH.model(case, dtype, 1), PADDLE.model(case, dtype, 2)
    report = padiff.assign_weight(base, raw, ignore=unmatched(case))
    expected, actual = TORCH.outputs(case, base, dtype), PADDLE.outputs(case, raw, dtype)
    forth = TORCH.backward(case, base, dtype, None)
    back = PADDLE.backward(case, raw, dtype, None)
    views = paired(report, canonical(base, forth.parameters), canonical(raw, back.parameters))
    assert case.expect == Differs(
        outputs=bool(apart(numbered(actual), numbered(expected), dtype)),
        input_gradients=bool(apart(back.inputs, forth.inputs, dtype)),
        parameter_gradients=bool(apart(*views, dtype)),
    )


@pytest.mark.parametrize("case", of_outcome("raises"), ids=ids)
@each_dtype
def test_paddle_raises_what_the_table_says(case: Case, dtype: Dtype) -> None:
    assert isinstance(case.expect, Raises)
    assert TORCH.outputs(case, TORCH.model(case, dtype, 1), dtype)
    expected = pytest.raises(case.expect.exception, match=re.escape(case.expect.text))
    if case.expect.when == "build":
        with expected:
            PADDLE.build(case, dtype)
    else:
        layer = PADDLE.model(case, dtype, 2)
        with expected:
            PADDLE.outputs(case, layer, dtype)


def run_apart(row: int) -> subprocess.CompletedProcess[str]:
    """Run the paddle side of a row in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.parity.run_row", str(row)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("case", of_outcome("crashes"), ids=ids)
def test_paddle_kills_its_process(case: Case) -> None:
    assert TORCH.outputs(case, TORCH.model(case, "float32", 1), "float32")
    assert run_apart(case.row).returncode == -signal.SIGSEGV


def test_a_row_that_matches_does_not() -> None:
    done = run_apart(85)
    assert (done.returncode, done.stdout) == (0, "085 RNN batch_first\n")


@pytest.mark.parametrize("case", [case for case in CASES if case.training], ids=ids)
def test_three_steps_of_training_do_what_the_table_says(case: Case) -> None:
    base, raw = TORCH.model(case, "float32", 1), PADDLE.model(case, "float32", 2)
    report = padiff.assign_weight(base, raw, ignore=unmatched(case))
    for _ in range(3):
        forth = TORCH.backward(case, base, "float32", "train")
        back = PADDLE.backward(case, raw, "float32", "train")
    gradients = paired(report, canonical(base, forth.parameters), canonical(raw, back.parameters))
    weights = paired(
        report, canonical(base, TORCH.arrays(base)), canonical(raw, PADDLE.arrays(raw))
    )
    assert case.training == Training(
        outputs=not apart(numbered(back.outputs), numbered(forth.outputs), "float32"),
        gradients=not apart(back.inputs, forth.inputs, "float32")
        and not apart(*gradients, "float32"),
        apart=tuple(name.rpartition(" of ")[2] for name in apart(*weights, "float32")),
    )
