"""Tensors that agree because there is nothing in them: no success that was not checked."""

from __future__ import annotations

import numpy as np
import torch

import padiff
from tests.align.nets import Net, chain, twin, values

X = values(3, 4)


def test_an_empty_batch_compares_nothing() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), X[:0], phase="forward")
    assert (bool(report), report.unrun) == (False, ("forward",))
    assert str(report).splitlines()[0] == "Nothing was compared"
    assert "note: without elements: output of (root), output of a" in str(report)


def test_nan_throughout_compares_nothing() -> None:
    base = chain(4, 4)
    report = padiff.align(base, twin(base), np.full_like(X, np.nan), phase="forward")
    assert (bool(report), report.unrun) == (False, ("forward",))
    assert str(report).splitlines()[0] == "Nothing was compared"
    assert "note: NaN or infinities on both sides alike: output of (root)" in str(report)


def test_one_number_is_enough() -> None:
    base = Net(lambda self, x: self.a(x), a=torch.nn.Identity())
    x = np.array([[np.nan, 1.0]], np.float32)
    assert padiff.align(base, twin(base), x, phase="forward")


def test_an_empty_tensor_beside_others_is_no_obstacle() -> None:
    base = Net(lambda self, x: (self.a(x), x[:0]), a=torch.nn.Linear(4, 4))
    report = padiff.align(base, twin(base), X)
    assert report
    assert "note: without elements: output 1 of (root)" in str(report)
